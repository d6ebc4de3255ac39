import type { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';

/** Ids of sessions and snapshots in a file, and what they are here. */
export type Labels = ReadonlyMap<string, string>;

/** Whether a text is an id that becomes another where it is imported. */
export const isLabelled = (text: string): boolean => /^(ses_[a-z2-7]{20}|snp_[0-9a-hjkmnp-tv-z]{26})$/.test(text);

/** What else a file calls one is a name of its own, which any text may happen to be. */
export const labelsOf = (ids: Iterable<readonly [before: string, here: string]>): Labels =>
  new Map([...ids].filter(([before]) => isLabelled(before)));

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
  const control = relabel(event.control, labels) as typeof event.control;
  return { ...withSnapshotAs(event, control.snapshotId ?? ''), id, control };
}

/** An event about a snapshot, whose words name it by another id. */
export function withSnapshotAs(event: ExportedEvent, id: string): ExportedEvent {
  const snapshotId = event.control?.snapshotId;
  if (event.text === undefined || snapshotId === undefined || !isLabelled(snapshotId)) return event;
  return { ...event, text: event.text.replaceAll(snapshotId, id) };
}

/** Every text that is the id of a session or a snapshot, at any depth. What agents and people wrote is longer than that, or means it. */
function relabel(value: unknown, labels: Labels): unknown {
  if (typeof value === 'string') return labels.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => relabel(item, labels));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, relabel(item, labels)]));
}
