import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { replayFrames } from '../../worker/rooms/session/replay.ts';
import { LocalD1 } from './local-d1.ts';
import { play } from './local-stage.ts';
import { schedules } from './schedule.ts';
import { Sky } from './weather.ts';
import { type Faults, noFaults } from './world.ts';

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

interface Broken {
  /** How the simulation notices it. */
  symptom: RegExp;
  faults?: Partial<Faults>;
  /** Changes the statements that reach D1. */
  rewrite?(query: string): string;
}

/** Each is a promise of the design, taken back in the smallest way that production's ports allow. */
const broken: Record<string, Broken> = {
  'numbers of a stream are ignored': {
    symptom: /answered \d+ new/,
    faults: { ingest: (input) => ({ ...input, drafts: input.drafts.map((draft) => ({ ...draft, n: undefined })) }) },
  },
  'keys are forgotten at an eviction': {
    symptom: /answered \d+ new/,
    faults: {
      wake: (disk) => {
        const tables = disk.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'seen'").toArray();
        if (tables.length > 0) disk.sql.exec('DELETE FROM seen');
      },
    },
  },
  'a repeated post id is ignored': {
    symptom: /answered \d+ new/,
    faults: { ingest: (input) => ({ ...input, postId: undefined }) },
  },
  'a flush does not ask where D1 stands': {
    symptom: /expected \[ \{ id: 'ses/,
    rewrite: (query) => query.replace('and "sessions"."flushed_seq" = ?', 'and ? >= 0'),
  },
  'the archive drops what it did not verify': {
    symptom: /the archive lost/,
    faults: {
      archive: async (put, { lastSeq, texts }, owner) => {
        const [from = 0] = texts.map((text) => (JSON.parse(`[${text}]`) as { seq: number }[])[0]?.seq ?? 0);
        const key = `${owner.organizationId}/sessions/${owner.sessionId}/log/${String(from).padStart(12, '0')}-${lastSeq}.ndjson.gz`;
        return put().catch(() => ({ from, to: lastSeq, key, bytes: 1 }));
      },
    },
  },
  'a replay starts one event too late': {
    symptom: /a gap from|a spectator got/,
    faults: { replay: (core, after, lastSeq) => replayFrames(core, after + 1, lastSeq) },
  },
  'a replay starts one event too early': {
    symptom: /a gap from|a spectator got/,
    faults: { replay: (core, after, lastSeq) => replayFrames(core, Math.max(0, after - 1), lastSeq) },
  },
  'every other alarm is lost': {
    symptom: /no alarm is set/,
    faults: {
      setAlarm: (atMs, disk) => {
        if (atMs % 2 === 0) disk.alarmAtMs = atMs;
      },
    },
  },
};

const numRuns = 1000;

describe('the simulation sees at once that', () => {
  it.each(Object.entries(broken))('%s', async (_, { symptom, faults, rewrite }) => {
    const d1 = new LocalD1(new Sky());
    let rewritten = 0;
    d1.rewrite = (query) => {
      const broken = rewrite?.(query) ?? query;
      if (broken !== query) rewritten += 1;
      return broken;
    };
    const property = fc.asyncProperty(schedules, async (schedule) => {
      d1.sky.weather = 'fair';
      await play(d1, schedule, { ...noFaults, ...faults });
    });
    const report = await fc.check(property, { numRuns, seed: 20261121, endOnFailure: true });
    console.info(`${report.numRuns} schedules: ${String(report.errorInstance).split('\n', 1)}`);
    expect(String(report.errorInstance)).toMatch(symptom);
    expect(rewritten > 0).toBe(rewrite !== undefined);
  });
});
