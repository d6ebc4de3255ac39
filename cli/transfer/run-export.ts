import { ExportFormat } from '../../wire/export.ts';
import { answerOf, request, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { plain } from '../terminal.ts';
import { keepAnswer } from './keep-answer.ts';

/** A file may be made for as long as this; a server that says nothing for longer is gone. */
const maxMs = 30 * 60_000;

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
  const headers = { authorization: `Bearer ${login.apiToken}` };
  const ids = await Promise.all(wanted.map((session) => sessionIdOf(login, session)));
  const [only] = ids;
  const response =
    only !== undefined && ids.length === 1
      ? await request(login.url, 'GET', `/api/sessions/${only}/export?format=${format}`, undefined, headers, maxMs)
      : await request(login.url, 'POST', '/api/exports', { format, ...(all ? { all } : { sessionIds: ids }) }, headers, maxMs);
  if (!response.ok || !response.body) await answerOf(response, login.url);
  await keepAnswer(response, login.url, options.text('out'));
  return exitCodes.ok;
}

function formatIn(wanted = 'json'): ExportFormat {
  const format = ExportFormat.safeParse(wanted);
  if (format.success) return format.data;
  const known = ExportFormat.options.join(', ');
  throw new Failure(`There is no format "${plain(wanted)}". There are: ${known}.`, exitCodes.usage);
}
