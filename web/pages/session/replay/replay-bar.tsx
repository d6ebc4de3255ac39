import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, IconButton } from '../../../components/button.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { rowWords } from '../../../components/timeline/row-words.ts';
import { clockTime, elapsed, number, plural } from '../../../format.ts';
import type { Replay } from '../../../models/replay/replay.ts';
import { longestSilenceMs, speeds } from '../../../models/replay/replay-clock.ts';
import { nearest, type StopKind, stopKinds } from '../../../models/replay/replay-stops.ts';
import type { Session } from '../../../models/session/session.ts';
import { useShortcuts } from '../../../shortcuts.ts';
import { ReplayTrack } from './replay-track.tsx';
import type { Replaying } from './use-replay.ts';
import './replay-bar.css';

interface ReplayBarProps {
  session: Session;
  replay: Replay;
  replaying: Replaying;
  follow: () => void;
}

const names: Record<StopKind, { one: string; many: string; key: string }> = {
  prompt: { one: 'prompt', many: 'Prompts', key: 'p' },
  error: { one: 'error', many: 'Errors', key: 'e' },
  approval: { one: 'approval', many: 'Approvals', key: 'a' },
  change: { one: 'file change', many: 'Changes', key: 'c' },
};

/** Plays a session over: the line to scrub, play and pause, steps, jumps and the pace. */
export function ReplayBar({ session, replay, replaying, follow }: ReplayBarProps) {
  const playButton = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (replaying.byHand) playButton.current?.focus();
  }, []);
  const at = replay.at.value ?? 1;
  const lastSeq = replay.lastSeq.value;
  const playing = replay.playing.value;
  const stops = replay.stops.value;
  const what = rowOfMoment(replay);
  const place = `Event ${number(at)} of ${number(lastSeq)}`;
  const missing = session.missing.value;

  const toggle = () => {
    follow();
    if (playing) replay.pause();
    else void replay.play();
  };
  const step = (by: 1 | -1) => {
    replay.pause();
    follow();
    void replay.step(by);
  };
  const jump = (kind: StopKind, by: 1 | -1) => {
    follow();
    void replay.jump(kind, by);
  };
  useShortcuts('Replay', [
    { keys: 'Space', label: 'Play or pause', run: toggle },
    { keys: '.', label: 'One event on', run: () => step(1) },
    { keys: ',', label: 'One event back', run: () => step(-1) },
    ...stopKinds.flatMap((kind) => [
      { keys: names[kind].key, label: `Next ${names[kind].one}`, run: () => jump(kind, 1) },
      { keys: names[kind].key.toUpperCase(), label: `Previous ${names[kind].one}`, run: () => jump(kind, -1) },
    ]),
    { keys: '>', label: 'Faster', run: replay.faster },
    { keys: '<', label: 'Slower', run: replay.slower },
    { keys: 'r', label: 'Leave the replay', run: replaying.leave },
  ]);

  return (
    <section class="replay-bar" aria-label="Replay">
      <div class="replay-line">
        <IconButton
          icon={playing ? 'pause' : 'play'}
          label={playing ? 'Pause (Space)' : 'Play (Space)'}
          buttonRef={playButton}
          onClick={toggle}
        />
        <IconButton icon="stepBack" label="One event back (,)" disabled={at <= 1} onClick={() => step(-1)} />
        <IconButton icon="stepOn" label="One event on (.)" disabled={at >= lastSeq} onClick={() => step(1)} />
        <ReplayTrack at={at} lastSeq={lastSeq} stops={stops} words={`${place}${what}`} onGo={replaying.go} />
        <Button size="small" onClick={replaying.leave} title="Show the session as it is (r)">
          Leave
        </Button>
      </div>
      <fieldset class="replay-stops">
        <legend class="visually-hidden">Jump to</legend>
        {stopKinds.map((kind) => (
          <span key={kind} class="replay-stop" data-kind={kind}>
            <IconButton
              icon="left"
              label={`Previous ${names[kind].one} (${names[kind].key.toUpperCase()})`}
              disabled={nearest(stops[kind], at, -1) === undefined}
              onClick={() => jump(kind, -1)}
            />
            <span>
              {names[kind].many} <span class="numeric faint">{number(stops[kind].length)}</span>
            </span>
            <IconButton
              icon="right"
              label={`Next ${names[kind].one} (${names[kind].key})`}
              disabled={nearest(stops[kind], at, 1) === undefined}
              onClick={() => jump(kind, 1)}
            />
          </span>
        ))}
      </fieldset>
      <div class="replay-line replay-end">
        <p class="replay-words">
          <Clock replay={replay} /> <span class="numeric">{place}</span>
          <span role="status">{stateWords(replay)}</span>
          {missing > 0 && <span>{`${plural(missing, 'event')} not loaded yet: their marks and sums are missing.`}</span>}
          <span class="visually-hidden" role="status">
            {/* How long the session is by now is not told again and again. */}
            {playing ? '' : `Event ${number(at)}${what}`}
          </span>
        </p>
        <Segmented
          label="Speed"
          value={String(replay.speed.value)}
          options={speeds.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
          onChange={(value) => replay.setSpeed(speeds.find((speed) => String(speed) === value) ?? 1)}
        />
      </div>
    </section>
  );
}

function Clock({ replay }: { replay: Replay }) {
  const clockMs = replay.moment.value?.clockMs ?? Number.NaN;
  return <span class="numeric replay-clock">{Number.isFinite(clockMs) ? clockTime(clockMs) : '–'}</span>;
}

/** What the replay is doing, where that is not to be seen. */
function stateWords(replay: Replay): string {
  if (replay.waiting.value) return 'Loading this moment…';
  const silenceMs = replay.silenceMs.value;
  if (silenceMs === null) return '';
  return `${elapsed(silenceMs)} of silence, shortened to ${elapsed(longestSilenceMs)}`;
}

/** `, Prompt, Mend the login, 09:00:01`: what happened last at the moment. */
function rowOfMoment(replay: Replay): string {
  const moment = replay.moment.value;
  const { rows, rowOfSeq } = replay.timeline();
  const row = moment && rows[rowOfSeq.get(moment.seq) ?? -1];
  return row ? `, ${rowWords(row)}` : '';
}
