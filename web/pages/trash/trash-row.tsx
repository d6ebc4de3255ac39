import { useState } from 'preact/hooks';
import type { TrashItem } from '../../../wire/trash.ts';
import { slowNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { goneWords, trashName } from '../../models/archive/trash.ts';
import { Moment } from './moment.tsx';

interface TrashRowProps {
  item: TrashItem;
  /** Undefined: this reader may not. */
  verbs: { restore: () => Promise<void>; erase: () => void } | undefined;
}

/** What it was, since when and for how long it lies there, and what can be done with it. */
export function TrashRow({ item, verbs }: TrashRowProps) {
  const [busy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    await verbs?.restore();
    setBusy(false);
  };
  return (
    <>
      <span class="trash-name truncate" title={item.id}>
        <Said text={trashName(item)} />
      </span>
      <span class="faint">
        {item.taken && (
          <>
            taken <Moment at={item.taken.at} />,{' '}
          </>
        )}
        deleted {item.deletedBy === null && 'by retention '}
        <RelativeTime at={item.deletedAt} />, {goneWords(item.deletedAt, slowNow.value)}
      </span>
      {verbs && (
        <span class="trash-verbs">
          <Button size="small" busy={busy} onClick={restore}>
            Bring back
          </Button>
          <Button size="small" kind="quiet" disabled={busy} onClick={verbs.erase}>
            Delete for good
          </Button>
        </span>
      )}
    </>
  );
}
