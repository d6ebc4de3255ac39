import type { SessionSummary } from '../../../wire/session.ts';
import { hasUsage, tokenSum } from '../../../wire/session-usage.ts';
import { count } from '../../format.ts';
import { Money, Tokens } from '../figures.tsx';

type Usage = Pick<SessionSummary, 'tokens' | 'costMicroUsd' | 'unpricedCalls'>;

/** All tokens of a session; a dash while none of its model calls is known. */
export function SessionTokens({ session }: { session: Usage }) {
  if (!hasUsage(session)) return <Unknown />;
  const { input, output, cacheRead, cacheWrite } = session.tokens;
  const parts = `${count(input)} in, ${count(output)} out, ${count(cacheRead)} read from cache, ${count(cacheWrite)} written to it`;
  return <Tokens value={tokenSum(session.tokens)} title={parts} />;
}

/** What a session's model calls cost; a dash while none is known, which is not the same as free. */
export function SessionCost({ session }: { session: Usage }) {
  if (!hasUsage(session)) return <Unknown />;
  return <Money microUsd={session.costMicroUsd} unpricedCalls={session.unpricedCalls} />;
}

function Unknown() {
  return (
    <span class="faint" title="No usage has been told">
      <span aria-hidden="true">—</span>
      <span class="visually-hidden">No usage told</span>
    </span>
  );
}
