import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { hashSecret } from '../credentials/random-secret.ts';
import { mac, seal, unseal } from '../credentials/sealed.ts';
import { AppError } from '../errors.ts';
import { openDb, type Statement } from '../store/db.ts';
import { findReceipt, insertReceipt } from '../store/identity/receipts.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';

/** Writes down what a request under an Idempotency-Key answered, as statements for the batch that holds its effect. */
export type Receipt = (status: ContentfulStatusCode, body: object) => Promise<Statement[]>;

interface Options {
  /** Whose key it is; by default the actor's in their organization. Public routes name what the request is about. */
  scope?: (c: Context<AppEnv>) => string | Promise<string>;
  /** What a repeat has to do besides answering, e.g. log in again. */
  onReplay?: (c: Context<AppEnv>, body: unknown) => Promise<void>;
}

/**
 * Gives a creating POST one effect per `Idempotency-Key`, and its repeats the first answer, for a day. The handler answers
 * through `created`, which commits the receipt in the same batch as the effect: there is no state in between to be stuck in.
 */
export function idempotent(options: Options = {}): MiddlewareHandler<AppEnv> {
  return async function idempotent(c, next) {
    const key = idempotencyKeyOf(c);
    if (key === undefined) return next();
    const request = await describe(c, options.scope ?? scopeOfActor, key);
    const replayed = await replay(c, request, options);
    if (replayed) return replayed;

    c.set('receipt', (status, body) => receiptFor(c, request, status, body));
    await next();
    // A refusal may only mean that this request's twin came first: then its answer is ours.
    const twin = c.error && (await replay(c, request, options));
    if (!twin) return;
    c.res = undefined;
    c.res = twin;
  };
}

interface Described {
  id: string;
  requestMac: string;
}

async function describe(c: Context<AppEnv>, scope: NonNullable<Options['scope']>, key: string): Promise<Described> {
  const request = JSON.stringify([c.req.method, c.req.path, await c.req.text()]);
  return {
    id: await hashSecret(JSON.stringify([await scope(c), key])),
    requestMac: await mac(c.env.SIGNING_SECRET, request),
  };
}

const scopeOfActor = (c: Context<AppEnv>) => JSON.stringify(['actor', c.var.actor.organizationId, c.var.actor.userId]);

async function receiptFor(
  c: Context<AppEnv>,
  request: Described,
  status: ContentfulStatusCode,
  body: object,
): Promise<Statement[]> {
  const nowMs = Date.now();
  const sealedBody = await seal(c.env.SIGNING_SECRET, request.id, JSON.stringify(body));
  const receipt = { ...request, status, sealedBody, expiresAtMs: nowMs + limits.idempotencyTtlMs };
  return insertReceipt(openDb(c.env.DB), receipt, nowMs);
}

async function replay(c: Context<AppEnv>, request: Described, { onReplay }: Options): Promise<Response | undefined> {
  const receipt = await findReceipt(openDb(c.env.DB), request.id, Date.now());
  if (!receipt) return undefined;
  if (receipt.requestMac !== request.requestMac)
    throw new AppError('idempotency_conflict', 'This Idempotency-Key was used for another request; choose a new one.');
  const body: unknown = JSON.parse(await unseal(c.env.SIGNING_SECRET, request.id, receipt.sealedBody));
  await onReplay?.(c, body);
  return new Response(JSON.stringify(body), {
    status: receipt.status,
    headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
  });
}
