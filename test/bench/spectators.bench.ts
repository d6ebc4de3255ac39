import { postHook } from '../../scripts/local/account.ts';
import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import { Load } from './load.ts';
import { latencyOf, quantile } from './quantile.ts';

const crowds = [
  { sockets: 1, rate: 20 },
  { sockets: 50, rate: 20 },
  { sockets: 200, rate: 20, aimedP99Ms: 60 },
  { sockets: 1000, rate: 5 },
];
const seconds = 8;

/** From an event's post to its frame at every spectator. */
export const bench: Bench = {
  title: 'Delivery to spectators of one session, from post to frame',
  run: async (stage) => {
    const figures: Figure[] = [];
    for (const crowd of crowds) figures.push(await deliver(stage, crowd));
    const { nowMb, peakMb } = stage.memory();
    figures.push({ what: 'memory of workerd after', result: `${nowMb} MB, peak ${peakMb} MB` });
    return figures;
  },
};

async function deliver({ server: { url }, account, token }: Stage, crowd: (typeof crowds)[number]): Promise<Figure> {
  const { sockets, rate, aimedP99Ms } = crowd;
  const [watcher, poster] = [new Load(), new Load()];
  const externalId = `watched-by-${sockets}`;
  const events = rate * seconds;
  const first = { agent: 'bench', sessionId: externalId, events: [{ type: 'prompt', text: 'go' }] };
  const { sessionId } = await postHook<{ sessionId: string }>(url, token, '/hooks/events', first);
  const path = `/api/sessions/${sessionId}/live?after=1&organization=${account.organizationId}`;
  const { delivered } = await watcher.watch({ job: 'watch', url, path, cookie: account.cookie, sockets, events });
  const posted = await poster.post({ job: 'ticks', url, token, sessionId: externalId, rate, seconds });
  const { latenciesMs, missing } = await delivered;
  watcher.end();
  poster.end();
  const isWhole = missing === 0 && posted.failures.length === 0;
  return {
    what: `${sockets} spectators × ${rate} events/s`,
    result: `${isWhole ? 'all delivered' : `${missing} MISSING`}, ${latencyOf(latenciesMs)}`,
    ...(aimedP99Ms && { aim: `all, p99 ≤ ${aimedP99Ms} ms`, met: isWhole && quantile(latenciesMs, 0.99) <= aimedP99Ms }),
  };
}
