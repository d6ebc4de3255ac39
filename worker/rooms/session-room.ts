import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';

/** One agent's session: its log, its order, its totals and its spectators. */
export class SessionRoom extends DurableObject<Env> {}
