import { expect, test } from 'vitest';
import { ReplayModel } from '../../../web/models/replay/replay.ts';
import { SessionModel } from '../../../web/models/session/session.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { finished, script, started, usage } from '../session/session-events.ts';
import { session } from '../session/session-fixture.ts';
import { replayed } from './replay-rig.ts';

const count = 100_000;
const kinds = [{ type: 'prompt', text: 'go on' }, started('t'), finished('t', 'Edit'), usage(100)] as const;
const events: SessionEvent[] = script(
  ...Array.from({ length: count }, (_, i) => ({ ...kinds[i % 4], toolUseId: `t${Math.floor(i / 4)}` }) as never),
);

/** A session page over a server in memory; pages come only while `flows` says so. */
function opened() {
  let loaded = 0;
  let flows = true;
  const waiting: (() => void)[] = [];
  const summary = session({ lastSeq: count, cwd: '/home/dev/project' });
  const refuse = () => Promise.reject(new Error('Nobody orders anything here.'));
  const model = new SessionModel({
    summary: async () => summary,
    async events(after, limit) {
      if (!flows) await new Promise<void>((go) => waiting.push(go));
      const page = events.slice(after, after + limit);
      loaded += page.length;
      return page;
    },
    watch(after) {
      flows = false;
      return { lastSeq: after, nudge() {}, stop() {} };
    },
    ...{
      branch: refuse,
      merge: refuse,
      patch: refuse,
      control: refuse,
      decide: refuse,
      write: refuse,
      limit: refuse,
      remove: refuse,
    },
    pause: () => new Promise((done) => setImmediate(done)),
    beforeFrame: (task) => task(),
  });
  const replay = new ReplayModel(model, {
    now: () => 0,
    schedule: () => () => {},
    pause: () => new Promise((done) => setImmediate(done)),
    isCalm: () => false,
  });
  return {
    model,
    replay,
    loaded: () => loaded,
    /** Lets one page after another come, until something is done. */
    async until(done: () => boolean) {
      while (!done()) {
        for (const go of waiting.splice(0)) go();
        await new Promise((next) => setImmediate(next));
      }
    },
  };
}

test('a moment in the middle of 100,000 events costs a page more than opening the session', async () => {
  const { model, replay, loaded, until } = opened();
  await model.open(null);
  const before = loaded();
  void replay.go(50_000);
  await until(() => replay.moment.value?.seq === 50_000);
  // The page that was on its way already, and what is around the moment.
  expect(loaded() - before).toBeLessThanOrEqual(2 * limits.maxPageEvents);
  expect(replay.timeline().rowOfSeq.has(50_000)).toBe(true);
  expect(replay.moment.value?.isWhole).toBe(false);
  model.stop();
}, 30_000);

test('once everything is loaded, any of 100,000 moments is shown whole, and nothing more is asked for', async () => {
  const { replay, asked } = replayed(events);
  for (const seq of [1, 100_000, 50_000, 50_001, 99_999]) {
    const startMs = performance.now();
    await replay.go(seq);
    console.info(`to event ${seq}: ${(performance.now() - startMs).toFixed(0)} ms`);
    expect(replay.moment.value).toMatchObject({ seq, isWhole: true });
    expect(replay.moment.value?.figures.usage.logs?.costMicroUsd ?? 0).toBe(Math.floor(seq / 4) * 100);
  }
  const startMs = performance.now();
  expect(replay.stops.value.prompt).toHaveLength(count / 4);
  console.info(`marks: ${(performance.now() - startMs).toFixed(0)} ms`);
  expect(asked).toEqual([]);
}, 30_000);
