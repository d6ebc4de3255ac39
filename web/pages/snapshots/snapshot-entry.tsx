import type { Snapshot } from '../../../wire/snapshot.ts';
import { RelativeTime } from '../../components/figures.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { bytes, number, plural } from '../../format.ts';
import { reasonNames, snapshotName } from '../../models/archive/snapshots.ts';

interface SnapshotEntryProps {
  snapshot: Snapshot;
  current: boolean;
  onChoose: (id: string) => void;
}

/** One snapshot in the list: what it is known by, when, and how much it holds. */
export function SnapshotEntry({ snapshot, current, onChoose }: SnapshotEntryProps) {
  const { id, name, reason, fileCount, bytes: size, leftOutCount, createdAt } = snapshot;
  return (
    <li>
      <button type="button" class="snapshot-entry" aria-current={current ? 'true' : undefined} onClick={() => onChoose(id)}>
        <span class="snapshot-title">
          <span class="truncate">
            <Said text={snapshotName(snapshot)} />
          </span>
          <RelativeTime at={createdAt} />
        </span>
        <span class="snapshot-facts numeric">
          {name !== null && <span>{reasonNames[reason]}</span>}
          <span>{plural(fileCount, 'file')}</span>
          <span>{bytes(size)}</span>
          {leftOutCount > 0 && <span>{number(leftOutCount)} left out</span>}
        </span>
      </button>
    </li>
  );
}
