import type { Problem } from '../../wire/error.ts';
import type { Project } from '../../wire/identity.ts';
import { ImportReport, OnConflict } from '../../wire/import.ts';
import { limits } from '../../wire/limits.ts';
import { answerOf, type Login, listAll, request, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { agrees, plain, say } from '../terminal.ts';
import { archiveFile, gzippedFile, isArchive } from './gzipped-file.ts';
import { reportLines, reportSummary } from './report-lines.ts';

/** Reading the whole file twice is most of it. */
const timeoutMs = 10 * 60_000;
const maxShown = 50;

/** `flightdeck import`. */
export async function runImport([file]: string[], options: Options): Promise<number> {
  if (file === undefined) throw new Failure('Say which file: flightdeck import <file>', exitCodes.usage);
  const onConflict = conflictRuleIn(options.text('on-conflict'));
  const login = requireLogin();
  const bytes = isArchive(file) ? await archiveFile(file, limits.maxUploadBytes) : await gzippedFile(file, limits.maxImportBytes);
  const query = new URLSearchParams({ onConflict });
  const project = await projectIdOf(login, options.text('project'));
  if (project !== undefined) query.set('project', project);
  const isDryRun = options.has('dry-run');
  const mustAsk = onConflict === 'replace' && !options.has('yes') && !isDryRun;
  const first = await send(login, bytes, query, isDryRun || mustAsk);
  const asked = mustAsk ? first.sessions.filter(({ outcome }) => outcome === 'replaced') : [];
  if (asked.length > 0) {
    for (const line of reportLines(asked, maxShown)) say(line);
    say(`What is there now lies in the trash then, and can be brought back for ${limits.trashDays} days.`);
    if (!(await agrees('Replace them?'))) throw new Failure('Nothing was imported.');
  }
  const report = mustAsk ? await send(login, bytes, query, false) : first;
  for (const line of reportLines(report.sessions, maxShown)) say(line);
  say(reportSummary(report));
  return exitCodes.ok;
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

async function send(
  { url, apiToken }: Login,
  bytes: Buffer | Blob,
  query: URLSearchParams,
  dryRun: boolean,
): Promise<ImportReport> {
  const headers = { 'content-type': 'application/gzip', authorization: `Bearer ${apiToken}` };
  const response = await request(url, 'POST', `/api/imports?${query}&dryRun=${dryRun}`, bytes, headers, timeoutMs);
  if (response.status === 400) throw problems((await response.json()) as Problem); // Our own error body.
  return ImportReport.parse(await answerOf(response, url));
}

function problems({ detail, errors = [] }: Problem): Failure {
  const lines = errors.slice(0, maxShown).map(({ path, message }) => `  ${plain(path)}: ${plain(message)}`);
  const more = errors.length > maxShown ? [`  and ${errors.length - maxShown} more`] : [];
  return new Failure(
    [plain(detail.replace('; see `errors`.', ':').replace(': see `errors`.', ':')), ...lines, ...more].join('\n'),
  );
}
