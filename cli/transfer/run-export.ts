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
export async function runExport([session]: string[], options: Options): Promise<number> {
  if (session === undefined)
    throw new Failure('Say which session: flightdeck export <session>. flightdeck status lists them.', exitCodes.usage);
  const login = requireLogin();
  const format = formatIn(options.text('format'));
  const id = await sessionIdOf(login, session);
  const headers = { authorization: `Bearer ${login.apiToken}` };
  const path = `/api/sessions/${encodeURIComponent(id)}/export?format=${format}`;
  const response = await request(login.url, 'GET', path, undefined, headers, maxMs);
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
