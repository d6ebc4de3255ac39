/** How a token bucket stands, for whoever has to slow down. */
export interface RateStanding {
  /** Whose bucket: `session`, `token`, `user`, `organization`, `api`. */
  policy: string;
  burst: number;
  perMinute: number;
  remaining: number;
  /** 0 where something passes at once. */
  retryAfterMs: number;
}

/**
 * The `RateLimit-Policy` and `RateLimit` fields of draft-ietf-httpapi-ratelimit-headers (structured fields: `q` the quota, `w` its
 * window in seconds, `r` what remains, `t` the seconds until there is more). A token bucket has no window; its own is the time in
 * which it fills.
 */
export function rateLimitFields({ policy, burst, perMinute, remaining, retryAfterMs }: RateStanding): Record<string, string> {
  const windowSeconds = Math.max(1, Math.round((burst / perMinute) * 60));
  const reset = retryAfterMs > 0 ? `;t=${Math.ceil(retryAfterMs / 1000)}` : '';
  return {
    'ratelimit-policy': `"${policy}";q=${burst};w=${windowSeconds}`,
    ratelimit: `"${policy}";r=${remaining}${reset}`,
  };
}
