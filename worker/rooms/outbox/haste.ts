import type { Env } from '../../env.ts';

/** What tests change about waiting, so that days of retries pass in seconds; nothing where ALLOW_LOOPBACK is not set. */
export function hasteOf(env: Pick<Env, 'ALLOW_LOOPBACK' | 'DELIVERY_WAIT_MS' | 'DELIVERY_PATIENCE_MS'>): {
  waitsMs: number[] | undefined;
  patienceMs: number | undefined;
} {
  const read = (text: string | undefined) => (env.ALLOW_LOOPBACK === '1' && Number(text) > 0 ? Number(text) : undefined);
  const waitMs = read(env.DELIVERY_WAIT_MS);
  return { waitsMs: waitMs === undefined ? undefined : [waitMs], patienceMs: read(env.DELIVERY_PATIENCE_MS) };
}
