import { ExportedEvent, type ExportedSummary } from '../../../wire/export.ts';
import { canonicalText } from './canonical.ts';
import { isLabelled, withSnapshotAs } from './relabel.ts';

/** Adds up what has to be equal for two sessions to be the same one; SHA-256 in production. */
export interface Hash {
  update(text: string): unknown;
}

/**
 * Two sessions are the same where an organization gave them nothing but other ids: their events are, and what is known of them as a
 * whole by their agent and by people. What follows from events or from an organization's budgets is not looked at.
 */
export const hashEvent = (hash: Hash, event: ExportedEvent): unknown =>
  hash.update(`${canonicalText(ExportedEvent, withoutIds(event))}\n`);

/** After all events. */
export function hashSummary(hash: Hash, session: ExportedSummary): void {
  const { agent, title, tags, model, cwd, repository, gitBranch, startedAt } = session;
  hash.update(JSON.stringify([agent, title, tags, model, cwd, repository, gitBranch, startedAt]));
}

const ownEventId = /^evt_[a-z2-7]{20}_(\d+)$/;

function withoutIds(event: ExportedEvent): ExportedEvent {
  const id = event.id.replace(ownEventId, 'evt_$1');
  const { control } = event;
  if (!control) return { ...event, id };
  const entries = Object.entries(control).map(([name, value]) => [
    name,
    typeof value === 'string' && isLabelled(value) ? value.slice(0, 4) : value,
  ]);
  // The same fields with the same kinds of values.
  return { ...withSnapshotAs(event, 'snp_'), id, control: Object.fromEntries(entries) as typeof control };
}
