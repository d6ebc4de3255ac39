// A process that makes load: takes jobs from its parent, one at a time, and ends with it.
import { batchBodies, hookBodies } from './bodies.ts';
import type { Answer, Job } from './load.ts';
import { Poster } from './poster.ts';
import { now, Watchers } from './watchers.ts';

const connections = 64;
/** A young session's file still grows with each hook; SQLite soon writes over what it has. */
const warmUpSeconds = 8;

process.on('message', (job: Job) => void work(job).then(answer));
process.once('disconnect', () => process.exit());

async function work(job: Job): Promise<Answer> {
  switch (job.job) {
    case 'hooks': {
      const bodies = hookBodies(job.prefix, job.sessions);
      return posting(job, '/hooks/claude-code', async (poster) => {
        // Sessions begin apart from each other in life: twenty first hooks at once are not what this measures.
        await poster.openLoop(bodies, 50, 2);
        if (!job.rate) await poster.closedLoop(bodies, connections, warmUpSeconds);
        answer('warm');
        return job.rate ? poster.openLoop(bodies, job.rate, job.seconds) : poster.closedLoop(bodies, connections, job.seconds);
      });
    }
    case 'decisions': {
      const bodies = hookBodies(job.prefix, job.sessions);
      const asks = (body: string) => body.includes('"PreToolUse"');
      return posting(job, '/hooks/claude-code', async (poster) => {
        await poster.openLoop(bodies, job.rate / 5, warmUpSeconds / 2);
        await poster.openLoop(bodies, job.rate, warmUpSeconds / 2);
        answer('warm');
        return poster.openLoop(bodies, job.rate, job.seconds, asks);
      });
    }
    case 'batches': {
      const bodies = batchBodies(job.prefix, job.sessions, job.size);
      return posting(job, '/hooks/events', (poster) => poster.closedLoop(bodies, job.sessions, job.seconds));
    }
    case 'ticks': {
      const tick = () =>
        JSON.stringify({ agent: 'bench', sessionId: job.sessionId, events: [{ type: 'message', text: `sent ${now()}` }] });
      return posting(job, '/hooks/events', (poster) => poster.openLoop(tick, job.rate, job.seconds));
    }
    case 'watch': {
      const watchers = new Watchers(job);
      await watchers.open();
      answer('watching');
      return watchers.delivered();
    }
    default:
      return job satisfies never;
  }
}

async function posting<T>({ url, token }: { url: string; token: string }, path: string, post: (poster: Poster) => Promise<T>) {
  const poster = new Poster(url, path, token, connections);
  const posted = await post(poster);
  poster.close();
  return posted;
}

function answer(value: Answer): void {
  process.send?.(value);
}
