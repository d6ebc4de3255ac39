import type { Problem } from '../../wire/error.ts';
import type { Project } from '../../wire/identity.ts';
import { type ImportedSession, ImportReport, OnConflict } from '../../wire/import.ts';
import { limits } from '../../wire/limits.ts';
import { answerOf, type Login, listAll, request, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { agrees, plain, say } from '../terminal.ts';
import { ImportFiles, type ImportPart } from './import-files.ts';
import { reportLines, reportSummary } from './report-lines.ts';

/** Reading the whole file twice is most of it. */
const timeoutMs = 10 * 60_000;
const maxShown = 50;

/** `flightdeck import`. */
export async function runImport(names: string[], options: Options): Promise<number> {
  if (names.length === 0) throw new Failure('Say which file: flightdeck import <file>', exitCodes.usage);
  const onConflict = conflictRuleIn(options.text('on-conflict'));
  const login = requireLogin();
  const files = await ImportFiles.of(names);
  const query = new URLSearchParams({ onConflict });
  const project = await projectIdOf(login, options.text('project'));
  if (project !== undefined) query.set('project', project);
  const isDryRun = options.has('dry-run');
  const mustAsk = onConflict === 'replace' && !options.has('yes') && !isDryRun;
  // What comes in parts is judged as a whole before anything of it is written.
  const isTried = isDryRun || mustAsk || !files.areOne;
  const tried = isTried ? await sendAll(login, files, query, { dryRun: true }) : undefined;
  if (mustAsk && tried) await ask(tried.sessions);
  const report =
    isDryRun && tried
      ? tried
      : await sendAll(login, files, query, { dryRun: false, here: tried && files.called(tried.sessions) });
  for (const line of reportLines(report.sessions, maxShown)) say(line);
  say(reportSummary(report));
  return exitCodes.ok;
}

async function ask(sessions: readonly ImportedSession[]): Promise<void> {
  const asked = sessions.filter(({ outcome }) => outcome === 'replaced');
  if (asked.length === 0) return;
  for (const line of reportLines(asked, maxShown)) say(line);
  say(`What is there now lies in the trash then, and can be brought back for ${limits.trashDays} days.`);
  if (!(await agrees('Replace them?'))) throw new Failure('Nothing was imported.');
}

/** All parts, one after the other; `here` is what their sessions are called here. */
async function sendAll(
  login: Login,
  files: ImportFiles,
  query: URLSearchParams,
  { dryRun, here }: { dryRun: boolean; here?: ReadonlyMap<string, string> | undefined },
): Promise<ImportReport> {
  const sessions: ImportedSession[] = [];
  for await (const part of files.parts(here)) {
    const report = await send(login, part, query, dryRun).catch((error: unknown) => {
      if (dryRun || sessions.length === 0 || !(error instanceof Failure)) throw error;
      // What is there already is left as it is.
      throw new Failure(
        `${error.message}\n${sessions.length} sessions were imported before that. Import the same again to go on.`,
      );
    });
    sessions.push(...report.sessions);
  }
  return { dryRun, sessions };
}

function conflictRuleIn(wanted = 'skip'): OnConflict {
  const rule = OnConflict.safeParse(wanted);
  if (rule.success) return rule.data;
  throw new Failure(`There is no rule "${plain(wanted)}". There are: ${OnConflict.options.join(', ')}.`, exitCodes.usage);
}

/** The project of that name or id; the only one where none is named; undefined leaves it to what the file names. */
async function projectIdOf(login: Login, wanted: string | undefined): Promise<string | undefined> {
  const projects = await listAll<Project>(login, '/api/projects');
  if (wanted === undefined) return projects.length === 1 ? projects[0]?.id : undefined;
  const found = projects.find(({ id, name }) => id === wanted || name === wanted);
  if (found) return found.id;
  throw new Failure(`There is no project "${plain(wanted)}". There are: ${projects.map(({ name }) => plain(name)).join(', ')}.`);
}

async function send({ url, apiToken }: Login, part: ImportPart, query: URLSearchParams, dryRun: boolean): Promise<ImportReport> {
  const headers = { 'content-type': 'application/gzip', authorization: `Bearer ${apiToken}` };
  const response = await request(url, 'POST', `/api/imports?${query}&dryRun=${dryRun}`, part.bytes, headers, timeoutMs);
  if (response.status === 400) throw problems((await response.json()) as Problem, part); // Our own error body.
  return ImportReport.parse(await answerOf(response, url));
}

/** Places are told as they are in the file that a part is of. */
function problems({ detail, errors = [] }: Problem, { file, first }: ImportPart): Failure {
  const placed = (path: string) => path.replace(/^sessions\[(\d+)\]/, (_, index) => `sessions[${Number(index) + first}]`);
  const lines = errors.slice(0, maxShown).map(({ path, message }) => `  ${plain(placed(path))}: ${plain(message)}`);
  const more = errors.length > maxShown ? [`  and ${errors.length - maxShown} more`] : [];
  const where = file === undefined ? [] : [`${plain(file)}:`];
  return new Failure(
    [...where, plain(detail.replace('; see `errors`.', ':').replace(': see `errors`.', ':')), ...lines, ...more].join('\n'),
  );
}
