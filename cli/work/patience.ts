/** Ends, by its signal, what shows no sign of life for this long. */
export function patience(ms: number): { signal: AbortSignal; renew(): void; end(): void } {
  const lost = new AbortController();
  const timer = setTimeout(() => lost.abort(), ms);
  return { signal: lost.signal, renew: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
