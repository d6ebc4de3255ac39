import type { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import { isSessionId } from '../session-id.ts';

/** Ids of sessions in a file, and what they are here. */
export type Labels = ReadonlyMap<string, string>;

/** What else a file calls a session is a name of its own, which any text may happen to be. */
export const labelsOf = (ids: Iterable<readonly [before: string, here: string]>): Labels =>
  new Map([...ids].filter(([before]) => isSessionId(before)));

/**
 * A summary with the ids that hold here. Wherever else it names a session of the file (its parent, a branch, somebody whom it met in a file),
 * it names the one here; what is not in the file keeps its name.
 */
export function relabelSummary(
  session: ExportedSummary,
  labels: Labels,
  ids: Pick<ExportedSummary, 'id' | 'externalId' | 'projectId' | 'userId'>,
): ExportedSummary {
  // Texts for texts: the shape stays.
  return { ...(relabel(session, labels) as ExportedSummary), ...ids };
}

/** An event with the ids that hold here; `from` and `to` are its own session's. */
export function relabelEvent(event: ExportedEvent, labels: Labels, { from, to }: { from: string; to: string }): ExportedEvent {
  const prefix = `evt_${from.slice(4)}_`;
  const id = event.id.startsWith(prefix) ? `evt_${to.slice(4)}_${event.id.slice(prefix.length)}` : event.id;
  if (!event.control) return { ...event, id };
  return { ...event, id, control: relabel(event.control, labels) as typeof event.control };
}

/** Every text that is the id of a session, at any depth. What agents and people wrote is longer than that, or means it. */
function relabel(value: unknown, labels: Labels): unknown {
  if (typeof value === 'string') return labels.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => relabel(item, labels));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, relabel(item, labels)]));
}
