import type { Bench, Figure } from '../../scripts/local/bench.ts';
import { Load } from './load.ts';
import { latencyOf } from './quantile.ts';

const sessions = 16;
const sizes = [10, 50, 100, 500];
const aimedPerSecond = 10_000;

/** Batches of numbered events, each session sending its next batch when the last was acknowledged. */
export const bench: Bench = {
  title: `Batches to /hooks/events, ${sessions} sessions`,
  run: async ({ server, token, memory }) => {
    const load = new Load();
    const figures: Figure[] = [];
    await load.post({ job: 'batches', url: server.url, token, prefix: 'warm-up', sessions, size: 50, seconds: 2 });
    for (const size of sizes) {
      const job = { job: 'batches', url: server.url, token, prefix: `of-${size}`, sessions, size, seconds: 5 } as const;
      const { latenciesMs, failures, seconds } = await load.post(job);
      const perSecond = (latenciesMs.length * size) / seconds;
      figures.push({
        what: `${size} events a batch`,
        result: `${perSecond.toFixed(0)} events/s, ${latencyOf(latenciesMs)}${failures.length > 0 ? `, ${failures.length} FAILED` : ''}`,
        ...(size === 100 && { aim: `≥ ${aimedPerSecond} events/s`, met: perSecond >= aimedPerSecond && failures.length === 0 }),
      });
    }
    const { nowMb, peakMb } = memory();
    figures.push({ what: 'memory of workerd after', result: `${nowMb} MB, peak ${peakMb} MB` });
    load.end();
    return figures;
  },
};
