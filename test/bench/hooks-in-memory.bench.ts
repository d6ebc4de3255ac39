import type { Bench } from '../../scripts/local/bench.ts';
import { postHooks } from './hooks.bench.ts';

/** A disk syncs a few thousand times a second at most, and workerd waits for each; this is the rest. */
export const bench: Bench = { title: 'The same hooks with state in memory', inMemory: true, run: postHooks };
