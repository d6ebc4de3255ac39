import type { SessionSummary } from './session.ts';

export const tokenSum = ({ input, output, cacheRead, cacheWrite }: SessionSummary['tokens']): number =>
  input + output + cacheRead + cacheWrite;

/** Whether any model call is known of. Without one, zeros would claim that the session was free. */
export const hasUsage = (session: Pick<SessionSummary, 'tokens' | 'costMicroUsd' | 'unpricedCalls'>): boolean =>
  tokenSum(session.tokens) > 0 || session.costMicroUsd > 0 || session.unpricedCalls > 0;
