import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';

/** Tells every open dashboard of an organization about new and changed sessions. */
export class OrganizationFeed extends DurableObject<Env> {}
