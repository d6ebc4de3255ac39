import type { Context } from 'hono';

/** Scheme, host and port that the client used: what links and agent settings have to name. */
export const publicOrigin = (c: Context): string => new URL(c.req.url).origin;

/** Whether this is a laptop over plain HTTP, where browsers refuse `Secure` and `__Host-` cookies. */
export function isPlainLoopback(c: Context): boolean {
  const { protocol, hostname } = new URL(c.req.url);
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]');
}

export const isUpgrade = (c: Context): boolean => c.req.header('upgrade')?.toLowerCase() === 'websocket';

/** The token of an `Authorization: Bearer` header; undefined without one. */
export function bearerToken(c: Context): string | undefined {
  return /^bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
}
