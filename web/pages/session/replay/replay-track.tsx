import { useMemo } from 'preact/hooks';
import { markedParts, type StopKind, type Stops, stopKinds } from '../../../models/replay/replay-stops.ts';

/** As many parts as can be told apart on a wide screen. */
const parts = 400;
const laneHeight = 6;

interface ReplayTrackProps {
  at: number;
  lastSeq: number;
  stops: Stops;
  /** The moment, for those who do not see where the thumb is. */
  words: string;
  onGo: (seq: number) => void;
}

/** The whole session on one line, and what there is to jump to, each kind on a lane of its own. */
export function ReplayTrack({ at, lastSeq, stops, words, onGo }: ReplayTrackProps) {
  return (
    <div class="replay-track">
      <svg
        viewBox={`0 0 ${parts} ${stopKinds.length * laneHeight}`}
        height={stopKinds.length * laneHeight}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {stopKinds.map((kind, lane) => (
          <Marks key={kind} kind={kind} lane={lane} seqs={stops[kind]} lastSeq={lastSeq} />
        ))}
      </svg>
      <input
        type="range"
        min={1}
        max={lastSeq}
        step={1}
        value={at}
        aria-label="Moment of the session"
        aria-valuetext={words}
        onInput={(event) => onGo(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

interface MarksProps {
  kind: StopKind;
  lane: number;
  seqs: readonly number[];
  lastSeq: number;
}

function Marks({ kind, lane, seqs, lastSeq }: MarksProps) {
  const path = useMemo(
    () =>
      markedParts(seqs, lastSeq, parts)
        .map((part) => `M${part} ${lane * laneHeight}v${laneHeight - 1}`)
        .join(''),
    [seqs.length, seqs.at(-1), lastSeq],
  );
  return <path class="replay-mark" data-kind={kind} d={path} />;
}
