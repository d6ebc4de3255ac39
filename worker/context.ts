import type { Actor, IngestActor } from './domain/actor.ts';
import type { Env } from './env.ts';

/** What our middleware puts on a request's context, and the bindings beneath it. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set by `requireActor`. */
    actor: Actor;
    /** Set by `requireIngestToken`. */
    ingestActor: IngestActor;
  };
}
