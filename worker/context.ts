import type { Actor, IngestActor, Person } from './domain/actor.ts';
import type { Env } from './env.ts';
import type { Receipt } from './middleware/idempotent.ts';

/** What our middleware puts on a request's context, and the bindings beneath it. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set-Cookie lines that `deliverCookies` puts on whatever the answer turns out to be. */
    cookies: string[];
    /** Set by `requirePerson` and `requireActor`. */
    person: Person;
    /** Set by `requireActor`. */
    actor: Actor;
    /** Set by `idempotent` when the request carries an Idempotency-Key. */
    receipt?: Receipt;
    /** Set by `requireIngestToken`. */
    ingestActor: IngestActor;
  };
}
