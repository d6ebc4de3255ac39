import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import { syncsPerSecond } from './disk.ts';
import { Load } from './load.ts';
import { latencyOf } from './quantile.ts';

const sessions = 20;
const rates = [250, 500, 1000];
const aimedRate = 1500;

/** Single hooks of 20 sessions at once: signed token, redaction and duplicate check on, one row each, synced before its answer. */
export const bench: Bench = {
  title: `Single hooks to /hooks/claude-code, ${sessions} sessions`,
  run: async (stage) => {
    const before = syncsPerSecond();
    const figures = await postHooks(stage);
    const syncs = `${before.toFixed(0)}/s before, ${syncsPerSecond().toFixed(0)}/s after`;
    return [...figures, { what: 'bare syncs of this disk, one thread', result: syncs }];
  },
};

export async function postHooks({ server, token, memory, cpuMs }: Stage): Promise<Figure[]> {
  const load = new Load();
  const job = { job: 'hooks', url: server.url, token, sessions } as const;
  await load.postHooks({ ...job, prefix: 'warm-up', seconds: 2, rate: 200 });
  const figures: Figure[] = [];
  for (const rate of rates) {
    const { latenciesMs, failures } = await load.postHooks({ ...job, prefix: `at-${rate}`, seconds: 6, rate });
    figures.push({ what: `${rate}/s, open loop`, result: `${latencyOf(latenciesMs)}${failed(failures)}` });
  }
  let usedMs = 0;
  const { latenciesMs, failures, seconds } = await load.postHooks({ ...job, prefix: 'most', seconds: 10 }, () => {
    usedMs = cpuMs();
  });
  const cpuPerHookMs = (cpuMs() - usedMs) / latenciesMs.length;
  const perSecond = latenciesMs.length / seconds;
  figures.push({
    what: 'as fast as 64 connections go',
    result: `${perSecond.toFixed(0)}/s, ${latencyOf(latenciesMs)}${failed(failures)}`,
    aim: `≥ ${aimedRate}/s`,
    met: perSecond >= aimedRate && failures.length === 0,
  });
  figures.push({ what: 'processor time of workerd per hook', result: `${cpuPerHookMs.toFixed(2)} ms` });
  const { nowMb, peakMb } = memory();
  figures.push({ what: 'memory of workerd after', result: `${nowMb} MB, peak ${peakMb} MB` });
  load.end();
  return figures;
}

const failed = (failures: number[]) => (failures.length > 0 ? `, ${failures.length} FAILED (${[...new Set(failures)]})` : '');
