import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../../components/button.tsx';
import { Icon } from '../../../components/icon.tsx';
import { number } from '../../../format.ts';
import type { Session } from '../../../models/session/session.ts';
import type { SessionView } from '../../../models/session/session-view.ts';
import './find-bar.css';

interface FindBarProps {
  session: Session;
  view: SessionView;
  onClose: () => void;
  /** The keyboard goes back to the rows, the search stays. */
  onLeave: () => void;
}

/** Finds text in everything loaded, input and output included. */
export function FindBar({ session, view, onClose, onLeave }: FindBarProps) {
  const input = useRef<HTMLInputElement>(null);
  // In the turn that made it, not after the next paint: whoever types "/" goes on typing.
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const missing = session.missing.value;
  // What was loaded since the search began is searched, too.
  useEffect(() => {
    if (view.query.peek() !== '') view.findAgain();
  }, [missing]);

  return (
    <search class="find">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        aria-label="Find in this session"
        placeholder="Find"
        value={view.query.value}
        onInput={(event) => view.find(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (event.key === 'Enter') view.step(event.shiftKey ? -1 : 1);
          else if (event.key === 'ArrowDown') onLeave();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span
        class="find-count numeric"
        role="status"
        title={missing > 0 ? `${number(missing)} events are not loaded yet` : undefined}
      >
        {words(view, missing)}
      </span>
      <IconButton icon="left" class="up" label="Previous (N)" onClick={() => view.step(-1)} />
      <IconButton icon="right" class="down" label="Next (n)" onClick={() => view.step(1)} />
      <IconButton icon="close" label="Stop finding (Esc)" onClick={onClose} />
    </search>
  );
}

function words(view: SessionView, missing: number): string {
  if (view.query.value === '') return '';
  const { rows, done } = view.found.value;
  const more = !done || missing > 0 ? '+' : '';
  if (rows.length === 0) return done && missing === 0 ? 'Nothing' : 'Nothing yet';
  const total = `${number(rows.length)}${more}`;
  return view.current.value < 0 ? total : `${view.current.value + 1} of ${total}`;
}
