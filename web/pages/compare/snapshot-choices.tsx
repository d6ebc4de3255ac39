import type { Snapshot } from '../../../wire/snapshot.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorState } from '../../components/states.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { plural } from '../../format.ts';
import { snapshotName } from '../../models/archive/snapshots.ts';
import type { ItemList } from '../../models/item-list.ts';

interface SnapshotChoicesProps {
  list: ItemList<Snapshot>;
  isWanted: (snapshot: Snapshot) => boolean;
  onChoose: (id: string) => void;
}

/** The other snapshots of the session that the chosen one is of. */
export function SnapshotChoices({ list, isWanted, onChoose }: SnapshotChoicesProps) {
  const { items, failure, hasMore, loading, load, loadMore } = list;
  const shown = (items.value ?? []).filter(isWanted);
  if (failure.value) {
    const retry = items.value ? loadMore : load;
    return <ErrorState title="Its other snapshots did not load" detail={failure.value.message} onRetry={retry} />;
  }
  if (shown.length === 0 && !hasMore.value) return null;
  return (
    <section aria-label="Snapshots of the same session">
      <h2>Snapshots of the same session</h2>
      <ul class="compare-choices">
        {shown.map((snapshot) => (
          <li key={snapshot.id}>
            <button type="button" class="compare-choice" onClick={() => onChoose(snapshot.id)}>
              <Icon name="archive" size={14} />
              <span class="truncate">
                <Said text={snapshotName(snapshot)} />
              </span>
              <span class="faint">{plural(snapshot.fileCount, 'file')}</span>
              <RelativeTime at={snapshot.createdAt} />
            </button>
          </li>
        ))}
      </ul>
      {hasMore.value && (
        <Button size="small" busy={loading.value} onClick={loadMore}>
          Show older snapshots
        </Button>
      )}
    </section>
  );
}
