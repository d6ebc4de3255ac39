import type { SessionSummary } from '../../../wire/session.ts';
import type { Snapshot } from '../../../wire/snapshot.ts';
import { Said } from '../../components/timeline/said.tsx';
import { snapshotName } from '../../models/archive/snapshots.ts';

interface CompareChosenProps {
  id: string;
  /** Null until they are known. */
  session: SessionSummary | null;
  snapshot: Snapshot | null;
}

/** The side that is chosen already, by the name that people know it by. */
export function CompareChosen({ id, session, snapshot }: CompareChosenProps) {
  const title = session && <Said text={session.title || 'Untitled'} />;
  if (!snapshot) return <strong>{title ?? id}</strong>;
  return (
    <>
      <strong>
        <Said text={snapshotName(snapshot)} />
      </strong>
      {title && <> of {title}</>}
    </>
  );
}
