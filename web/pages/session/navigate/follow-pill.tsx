import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../../components/icon.tsx';
import { number, plural } from '../../../format.ts';
import type { SessionView } from '../../../models/session/session-view.ts';
import './follow-pill.css';

/** A screen reader is told this often at most. */
const tellEveryMs = 5000;

/** Back to the end, and how much has come since. */
export function FollowPill({ view, ended }: { view: SessionView; ended: boolean }) {
  const following = view.following.value;
  const fresh = view.fresh.value;
  const told = useSlowly(fresh);
  const quiet = ended ? 'To the end' : 'Follow';
  return (
    <>
      {!following && (
        <button type="button" class={`follow-pill ${fresh > 0 ? 'fresh' : ''}`} onClick={view.follow} title="Follow the end (f)">
          {fresh > 0 ? `${number(fresh)} new` : quiet}
          <Icon name="down" size={14} />
        </button>
      )}
      <span class="visually-hidden" role="status" aria-live="polite">
        {told > 0 ? plural(told, 'new event') : ''}
      </span>
    </>
  );
}

/** The newest value, but not more often than every few seconds. */
function useSlowly(value: number): number {
  const [told, setTold] = useState(value);
  useEffect(() => {
    if (value === told) return;
    const timer = setTimeout(() => setTold(value), value === 0 ? 0 : tellEveryMs);
    return () => clearTimeout(timer);
  }, [value === 0, told]);
  return told;
}
