import type { SessionSummary } from '../../../../wire/session.ts';
import { Notice } from '../../../components/states.tsx';
import { HoldCommand } from '../control/hold-command.tsx';
import '../control/hold-notice.css';

/** How the agent of a branch is started that waits for it. */
export function BranchNotice({ session: { id, status, branch } }: { session: SessionSummary }) {
  if (status !== 'queued' || !branch) return null;
  const files =
    branch.snapshotId === null
      ? 'There was no snapshot by then: it gets what is checked out where you start it, in a worktree of its own.'
      : 'It gets a folder of its own, with the files of a snapshot.';
  return (
    <div class="hold-notice">
      <Notice tone="info">
        <p>
          <strong>This branch waits for its agent.</strong> {files} Start it where you work, in the repository:
        </p>
        <p class="hold-resume">
          <HoldCommand command={`flightdeck branch ${id}`} />
        </p>
      </Notice>
    </div>
  );
}
