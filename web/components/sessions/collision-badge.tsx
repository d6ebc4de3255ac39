import type { SessionSummary } from '../../../wire/session.ts';
import { slowNow } from '../../clock.ts';
import { fileName, sharedFiles, sharedWords } from '../../models/session/session-collisions.ts';
import { Icon } from '../icon.tsx';
import './collision-badge.css';

interface CollisionBadgeProps {
  session: SessionSummary;
  hrefOf: (id: string) => string;
  /** Whether Tab reaches it. */
  reachable: boolean;
}

/** Beside a session's title: another one edits the same file. It leads there. */
export function CollisionBadge({ session, hrefOf, reachable }: CollisionBadgeProps) {
  // Most rows have none, and need no clock.
  if (!session.collisions) return null;
  const files = sharedFiles(session, slowNow.value);
  const [first] = files;
  const [other] = first?.others ?? [];
  if (!first || !other) return null;
  const words = sharedWords(files);
  return (
    <a
      class="collision-badge"
      href={hrefOf(other.sessionId)}
      tabIndex={reachable ? 0 : -1}
      title={`${words}: open ${other.title ? `“${other.title}”` : 'the other'}`}
    >
      <Icon name="people" size={12} />
      <span class="visually-hidden">{words}</span>
      <span class="truncate" aria-hidden="true">
        {fileName(first.path)}
      </span>
      {files.length > 1 && <span aria-hidden="true">+{files.length - 1}</span>}
    </a>
  );
}
