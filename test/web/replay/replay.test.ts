import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestFirst } from '../../../web/models/replay/replay-figures.ts';
import { stopKinds } from '../../../web/models/replay/replay-stops.ts';
import { UsageSource } from '../../../wire/event.ts';
import { finished, script, started, usage } from '../session/session-events.ts';
import { foldedTo, replayed, settled } from './replay-rig.ts';

const edit = (toolUseId: string) =>
  ({ ...finished(toolUseId, 'Edit'), input: { file_path: 'a.ts', old_string: 'a', new_string: 'b' } }) as const;

/** Twelve events, a second apart unless they say otherwise; the eighth comes after four minutes of silence. */
const story = script(
  { type: 'session.started' },
  { type: 'prompt', text: 'fix it' },
  started('t1'),
  { type: 'tool.failed', toolUseId: 't1', tool: 'Bash', ok: false },
  started('t2', 'Edit'),
  edit('t2'),
  usage(500),
  { type: 'prompt', text: 'and now?', afterMs: 250_000 },
  { ...started('t3'), afterMs: 251_000, approval: { id: 'apr_9', seq: 9 } as never },
  { ...finished('t3'), afterMs: 252_000 },
  { type: 'message', text: 'done', afterMs: 253_000 },
  { type: 'turn.finished', afterMs: 254_000 },
);

describe('a replay', () => {
  test('shows the session as it is until it is entered, and again once it is left', async () => {
    const { replay } = replayed(story);
    expect([replay.at.value, replay.moment.value]).toEqual([null, null]);
    await replay.go(3);
    expect(replay.timeline().lastSeq).toBe(3);
    replay.leave();
    expect([replay.at.value, replay.moment.value, replay.timeline().lastSeq]).toEqual([null, null, 0]);
  });

  test('is at its moment at once, and shows nothing of it until all of it is there', async () => {
    const { replay } = replayed(story, (seq) => seq > 10);
    const going = replay.go(4);
    expect([replay.at.value, replay.moment.value]).toEqual([4, null]);
    await going;
    expect(replay.moment.value?.seq).toBe(4);
  });

  test('steps, and stays within the session', async () => {
    const { replay } = replayed(story);
    await replay.go(99);
    expect(replay.at.value).toBe(12);
    await replay.step(1);
    expect(replay.at.value).toBe(12);
    await replay.step(-1);
    expect(replay.timeline().lastSeq).toBe(11);
    await replay.go(-5);
    expect(replay.at.value).toBe(1);
  });

  test.each([
    ['prompt', 1, [2, 8]],
    ['error', 1, [4]],
    ['approval', 1, [9]],
    ['change', 1, [6]],
    ['prompt', -1, [8, 2]],
    ['error', -1, [4]],
  ] as const)('jumps to each %s, %d way, and says where there is none', async (kind, by, expected) => {
    const { replay } = replayed(story);
    await replay.go(by > 0 ? 1 : 12);
    const reached: (number | null)[] = [];
    while (await replay.jump(kind, by)) reached.push(replay.at.value);
    expect(reached).toEqual(expected);
  });

  test('plays at the pace of the session, and faster', async () => {
    const { replay, wait } = replayed(story);
    await replay.go(1);
    await replay.play();
    await wait(2000);
    expect(replay.at.value).toBe(3);
    replay.setSpeed(2);
    await wait(1000);
    expect(replay.at.value).toBe(5);
    replay.pause();
    await wait(60_000);
    expect(replay.at.value).toBe(5);
  });

  test('shortens a long silence, says how long it was, and ends at the end', async () => {
    const { replay, wait, isIdle } = replayed(story);
    await replay.go(6);
    await replay.play();
    await wait(1000);
    expect([replay.at.value, replay.silenceMs.value]).toEqual([7, 245_000]);
    await wait(4100);
    expect([replay.at.value, replay.silenceMs.value]).toEqual([8, null]);
    replay.setSpeed(60);
    await wait(200);
    expect([replay.at.value, replay.playing.value, isIdle()]).toEqual([12, false, true]);
  });

  test('moves in half-second steps for whoever wants few things to move', async () => {
    const { replay, wait, isCalm } = replayed(script(...Array.from({ length: 50 }, () => ({ type: 'message' }) as const)));
    isCalm.value = true;
    replay.setSpeed(30);
    await replay.go(1);
    await replay.play();
    await wait(499);
    expect(replay.at.value).toBe(1);
    await wait(1);
    expect(replay.at.value).toBe(16);
  });

  test('at its end begins again from the start', async () => {
    const { replay } = replayed(story);
    await replay.go(12);
    await replay.play();
    expect([replay.at.value, replay.playing.value]).toEqual([1, true]);
  });

  test('fetches what it comes to and nothing else, and goes on playing', async () => {
    const { replay, asked, wait } = replayed(story, (seq) => seq > 10);
    await replay.go(4);
    expect(asked).toEqual([4]);
    await replay.play();
    await wait(4000);
    expect(asked).toEqual([4, 7]);
    expect(replay.at.value).toBe(7);
    expect(replay.moment.value?.isWhole).toBe(false);
  });

  test('goes to an event that has not happened yet when it is linked to, and shows others where they are', async () => {
    const { replay, asked } = replayed(story);
    await replay.go(5);
    expect(await replay.reveal(8)).toBe(true);
    expect(replay.at.value).toBe(8);
    await replay.reveal(2);
    expect([replay.at.value, asked]).toEqual([8, [2]]);
    expect(await replay.reveal(99)).toBe(false);
  });

  test('gives up what was asked for before', async () => {
    const { replay } = replayed(story, (seq) => seq > 10);
    const first = replay.go(2);
    const second = replay.go(11);
    await Promise.all([first, second]);
    expect([replay.at.value, replay.moment.value?.seq, replay.timeline().lastSeq]).toEqual([11, 11, 11]);
  });

  test('of a session that goes on has its new events before it', async () => {
    const { replay, summary } = replayed(story, (seq) => seq <= 6);
    summary.value = { ...summary.value, lastSeq: 6 };
    await replay.go(6);
    summary.value = { ...summary.value, lastSeq: 12 };
    expect(replay.lastSeq.value).toBe(12);
    await replay.step(1);
    expect(replay.timeline().lastSeq).toBe(7);
  });

  test('shows at every moment what folding the session up to there shows, whatever was done before', async () => {
    const event = fc.constantFrom(...story.map(({ seq: _seq, id: _id, ...rest }) => rest));
    const move = fc.oneof(
      fc.record({ do: fc.constant('go' as const), seq: fc.nat({ max: 45 }) }),
      fc.record({ do: fc.constant('step' as const), by: fc.constantFrom(1 as const, -1 as const) }),
      fc.record({
        do: fc.constant('jump' as const),
        kind: fc.constantFrom(...stopKinds),
        by: fc.constantFrom(1 as const, -1 as const),
      }),
      fc.record({
        do: fc.constant('play' as const),
        ms: fc.nat({ max: 20_000 }),
        speed: fc.constantFrom(1 as const, 60 as const),
      }),
      fc.record({ do: fc.constant('load' as const), seqs: fc.array(fc.nat({ max: 40 })) }),
      fc.record({ do: fc.constant('pause' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        fc.array(move, { maxLength: 12 }),
        async (parts, held, moves) => {
          const events = parts.map((part, i) => ({ ...part, seq: i + 1, id: `evt_${i + 1}` }));
          const { replay, log, load, wait } = replayed(events, (seq) => seq === events.length || held[seq - 1] === true);
          await replay.go(1);
          for (const one of moves) {
            if (one.do === 'go') await replay.go(one.seq);
            if (one.do === 'step') await replay.step(one.by);
            if (one.do === 'jump') await replay.jump(one.kind, one.by);
            if (one.do === 'load') load(one.seqs);
            if (one.do === 'pause') replay.pause();
            if (one.do === 'play') {
              replay.setSpeed(one.speed);
              await replay.play();
              await wait(one.ms);
            }
            await settled();
            load([]);
            await settled();
            const at = replay.at.value ?? 0;
            expect(replay.moment.value?.seq).toBe(at);
            const expected = foldedTo(log, at);
            expect({ ...replay.timeline(), verdicts: null }).toEqual({ ...expected, verdicts: null });
          }
        },
      ),
      { seed: 20261127, numRuns: 200 },
    );
  });
});

test('the sources of usage are ranked as the server ranks them', () => {
  expect(bestFirst).toEqual(UsageSource.options);
});
