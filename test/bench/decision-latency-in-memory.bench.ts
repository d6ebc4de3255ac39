import type { Bench } from '../../scripts/local/bench.ts';
import { postCalls } from './decision-latency.bench.ts';

/** What a decision takes without the disk's share of it. */
export const bench: Bench = { title: 'The same decisions with state in memory', inMemory: true, run: postCalls };
