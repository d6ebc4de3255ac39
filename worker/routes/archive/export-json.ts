import { ExportedEvent, ExportedSummary, exportHead, exportTail } from '../../../wire/export.ts';
import { canonicalText } from '../../domain/archive/canonical.ts';
import type { Env } from '../../env.ts';
import { sessionEvents } from './session-events.ts';

/**
 * A JSON export as it is read: a line for each session and for each event, with the keys in the order of the schema, so that the same
 * sessions are the same bytes wherever and whenever they are exported.
 */
export async function* exportJson(
  env: Env,
  organizationId: string,
  sessions: readonly ExportedSummary[],
): AsyncGenerator<string> {
  yield exportHead;
  let comma = '';
  for (const session of sessions) {
    yield `${comma}\n{"session":${canonicalText(ExportedSummary, session)},"events":[`;
    comma = '';
    for await (const events of sessionEvents(env, organizationId, session)) {
      yield comma + events.map((event) => `\n${canonicalText(ExportedEvent, event)}`).join(',');
      comma = ',';
    }
    yield '\n]}';
    comma = ',';
  }
  yield exportTail;
}
