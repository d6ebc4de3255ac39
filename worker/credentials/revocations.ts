import { waitUntil } from 'cloudflare:workers';
import { Lru } from '../lru.ts';
import { openDb } from '../store/db.ts';
import { listRevokedIngestTokens } from '../store/identity/ingest-tokens.ts';

/** A list older than this is fetched again in the background while the old one serves. */
const refreshAfterMs = 30_000;
/** A list older than this is waited for, so that a revocation is in force within a minute even where nobody posts in between. */
const staleAfterMs = 60_000;
/** The longest that a hook waits for a list; then it goes on with what we have. */
const maxWaitMs = 200;
/** After a failed fetch nobody waits again for this long: ingest stays fast while D1 is down. */
const backOffMs = 10_000;

interface Revocations {
  /** undefined: never fetched. */
  ids: Set<string> | undefined;
  fetchedAtMs: number;
  /** A background fetch began; others need not. */
  fetchingSinceMs: number;
  failedAtMs: number;
}

/** Cache, per isolate: the revocation list of each organization that posts here. */
const lists = new Lru<string, Revocations>(10_000);

/** Whether an ingest token was revoked, as far as this isolate knows. No I/O while its list is young. */
export async function isRevoked(d1: D1Database, organizationId: string, tokenId: string, nowMs: number): Promise<boolean> {
  const list = listOf(organizationId);
  const ageMs = nowMs - list.fetchedAtMs;
  if (ageMs > staleAfterMs && nowMs - list.failedAtMs > backOffMs) {
    await withinPatience(fetchList(d1, organizationId, list), list);
    if (!list.ids) console.warn(JSON.stringify({ accepted: 'ingest tokens, unchecked for revocation', organizationId }));
  } else if (ageMs > refreshAfterMs && nowMs - Math.max(list.fetchingSinceMs, list.failedAtMs) > backOffMs) {
    list.fetchingSinceMs = nowMs;
    waitUntil(fetchList(d1, organizationId, list));
  }
  return list.ids?.has(tokenId) ?? false;
}

/** Puts a revocation in force in this isolate: at once where the token is named, else with the next request. Others learn of it from D1. */
export function noteRevocation(organizationId: string, tokenId?: string): void {
  const list = listOf(organizationId);
  if (tokenId !== undefined) list.ids?.add(tokenId);
  list.fetchedAtMs = Number.NEGATIVE_INFINITY;
}

function listOf(organizationId: string): Revocations {
  const known = lists.get(organizationId);
  if (known) return known;
  const never = Number.NEGATIVE_INFINITY;
  const list: Revocations = { ids: undefined, fetchedAtMs: never, fetchingSinceMs: never, failedAtMs: never };
  lists.set(organizationId, list);
  return list;
}

/** Never rejects. Each request fetches for itself: a promise of another request may die with that request. */
async function fetchList(d1: D1Database, organizationId: string, list: Revocations): Promise<void> {
  const startedAtMs = Date.now();
  try {
    const ids = await listRevokedIngestTokens(openDb(d1), organizationId);
    // A slow answer must not undo a later one, nor a revocation that this isolate made meanwhile; tokens never come back.
    list.ids = new Set([...(list.ids ?? []), ...ids]);
    list.fetchedAtMs = Math.max(list.fetchedAtMs, startedAtMs);
    list.failedAtMs = Number.NEGATIVE_INFINITY;
  } catch (error) {
    list.failedAtMs = Date.now();
    console.warn(JSON.stringify({ failed: 'revocation list', organizationId, error: String(error) }));
  }
}

async function withinPatience(fetching: Promise<void>, list: Revocations): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), maxWaitMs);
  });
  const outcome = await Promise.race([fetching, patience]);
  clearTimeout(timer);
  if (outcome !== 'late') return;
  list.failedAtMs = Date.now();
  // The answer may still come, for those after us.
  waitUntil(fetching);
}
