import { useEffect, useRef, useState } from 'preact/hooks';
import type { Replay } from '../../../models/replay/replay.ts';
import type { Session } from '../../../models/session/session.ts';
import type { SessionView } from '../../../models/session/session-view.ts';
import { replayedSeq } from '../use-session.ts';

/** Browsers refuse addresses that change too often. */
const writeEveryMs = 300;

/** Keeps a replay, the session's loading and the address together. */
export function useReplay(session: Session, replay: Replay, view: SessionView) {
  /** Somebody entered it here, and goes on with the keyboard; a link did not. */
  const [byHand, setByHand] = useState(false);
  /** The address names a moment, and nobody has gone there yet. */
  const [isLinked, setIsLinked] = useState(() => replayedSeq() !== null);
  const opened = session.opened.value;
  const at = replay.at.value;
  const revision = session.revision.value;

  const go = (seq: number) => {
    view.follow();
    void replay.go(seq);
  };
  useEffect(() => {
    const seq = replayedSeq();
    if (!opened) return;
    if (seq !== null) go(seq);
    setIsLinked(false);
  }, [opened]);
  useEffect(() => replay.refresh(), [revision]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (!opened || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      writeMoment(replay.at.peek());
    }, writeEveryMs);
  }, [opened, at]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    byHand,
    /** The moment is not there yet: what there is of the session is of another one. */
    pending: isLinked || (at !== null && replay.moment.value === null),
    go,
    enter() {
      setByHand(true);
      // Whoever reads an event replays from there.
      go(view.selected.peek() ?? 1);
    },
    leave() {
      setByHand(false);
      replay.leave();
      view.follow();
    },
  };
}

export type Replaying = ReturnType<typeof useReplay>;

function writeMoment(at: number | null): void {
  const address = new URL(location.href);
  if (at === null) address.searchParams.delete('at');
  else address.searchParams.set('at', String(at));
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}
