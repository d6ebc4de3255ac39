import { setTimeout as wait } from 'node:timers/promises';
import { Refused } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';

const pausesMs = [500, 1000, 2000, 4000, 8000];

/** Runs something that may be repeated, again and ever more slowly as long as the server is away or overloaded. */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await run();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await wait(pauseMs);
  }
  return run();
}

function isPassing(error: unknown): boolean {
  if (error instanceof Refused) return error.status === 429 || error.status >= 500;
  return error instanceof Failure && error.exitCode === exitCodes.unreachable;
}
