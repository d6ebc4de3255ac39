import { setTimeout as wait } from 'node:timers/promises';

/** Less often than what a login may ask for a minute on end. */
const pauseMs = 50;

/** Asks until there is an answer; the test's own timeout is the limit. */
export async function eventually<T>(ask: () => Promise<T | undefined | null | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await wait(pauseMs);
  }
}
