import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { ExportFormat } from '../../wire/export.ts';
import { partsByFamily, partsInOrder, partsOf, sessionsPerPart } from '../../wire/export-parts.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { answerOf, type Login, listAll, request, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { plain } from '../terminal.ts';
import { joinedJson, joinedMarkdown, type Parts } from './join-export.ts';
import { keepAnswer, keepFile, nameIn } from './keep-answer.ts';

/** A file may be made for as long as this; a server that says nothing for longer is gone. */
const maxMs = 30 * 60_000;

/** How parts become one file; those of an archive stay files of their own, of as many sessions as can be imported at once. */
const joining: Record<ExportFormat, ((parts: Parts) => AsyncIterable<Uint8Array>) | null> = {
  json: joinedJson,
  markdown: joinedMarkdown,
  archive: null,
};

/** `flightdeck export`. */
export async function runExport(wanted: string[], options: Options): Promise<number> {
  const all = options.has('all');
  if (all === wanted.length > 0)
    throw new Failure(
      'Say which sessions, or --all: flightdeck export <session>. flightdeck status lists them.',
      exitCodes.usage,
    );
  const login = requireLogin();
  const format = formatIn(options.text('format'));
  const out = options.text('out');
  const named = [...new Set(await Promise.all(wanted.map((session) => sessionIdOf(login, session))))];
  const [only] = named;
  if (only !== undefined && named.length === 1) {
    const response = await asked(login, 'GET', `/api/sessions/${only}/export?format=${format}`);
    await keepAnswer(response, login.url, out);
    return exitCodes.ok;
  }
  const joined = joining[format];
  const sessions = sessionsPerPart[format];
  const dividing = joined ? partsInOrder : partsByFamily;
  const parts = all ? dividing(await everySession(login), sessions) : partsOf([named], sessions);
  const answers = async function* () {
    for (const part of parts) {
      // An organization without a session has an export, too.
      const which = part.length > 0 ? { sessionIds: part, ...(all && { ifThere: true }) } : { all: true };
      yield await asked(login, 'POST', '/api/exports', { format, ...which });
    }
  };
  if (parts.length > 1 && joined) {
    const name = `flightdeck-export.${format === 'json' ? 'json' : 'md'}`;
    await keepFile(Readable.from(joined(bodiesOf(answers()))), { url: login.url, name, out });
  } else await keepEach(answers(), parts.length, login.url, out);
  return exitCodes.ok;
}

/** A file for each answer, or none. */
async function keepEach(answers: AsyncIterable<Response>, count: number, url: string, out: string | undefined): Promise<void> {
  if (count > 1 && out === '-')
    throw new Failure(
      `These are ${count} archives, which cannot be one after the other in standard output. Name a file: -o <file>`,
    );
  const written: string[] = [];
  try {
    for await (const response of answers) {
      const file = out === '-' ? out : (out ?? nameIn(response));
      const own = count > 1 ? numbered(file, written.length + 1) : file;
      await keepAnswer(response, url, own);
      written.push(own);
    }
  } catch (error) {
    for (const file of written) if (file !== '-') rmSync(file, { force: true });
    throw error;
  }
}

/** `all.tar.gz` as `all-1.tar.gz`. */
const numbered = (file: string, n: number): string =>
  join(
    dirname(file),
    basename(file).replace(/^(.[^.]*)/, (stem) => `${stem}-${n}`),
  );

/** The list is read until it has nothing new: a session that goes on meanwhile moves to its front, past the page that comes next. */
async function everySession(login: Login): Promise<SessionSummary[]> {
  const found = new Map<string, SessionSummary>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const session of await listAll<SessionSummary>(login, '/api/sessions')) found.set(session.id, session);
  }
  return [...found.values()];
}

async function asked({ url, apiToken }: Login, method: string, path: string, body?: object): Promise<Response> {
  const response = await request(url, method, path, body, { authorization: `Bearer ${apiToken}` }, maxMs);
  if (!response.ok || !response.body) await answerOf(response, url);
  return response;
}

async function* bodiesOf(answers: AsyncIterable<Response>): AsyncGenerator<Readable> {
  for await (const { body } of answers) if (body) yield Readable.fromWeb(body);
}

function formatIn(wanted = 'json'): ExportFormat {
  const format = ExportFormat.safeParse(wanted);
  if (format.success) return format.data;
  const known = ExportFormat.options.join(', ');
  throw new Failure(`There is no format "${plain(wanted)}". There are: ${known}.`, exitCodes.usage);
}
