import { number, plural } from '../../format.ts';
import type { Spend } from '../../models/session/session-rows.ts';
import { Money, Tokens } from '../figures.tsx';

/** What a turn or a subagent used, in one line; nothing where no model call is known. */
export function SpendLine({ spend }: { spend: Spend }) {
  if (spend.calls === 0) return null;
  const { input, output, cacheRead, cacheWrite } = spend.tokens;
  return (
    <>
      <Tokens
        value={input + output + cacheRead + cacheWrite}
        title={`${plural(spend.calls, 'model call')}: ${number(spend.tokens.input)} in, ${number(output)} out, ${number(cacheRead)} read from and ${number(cacheWrite)} written to the cache`}
      />
      <Money microUsd={spend.costMicroUsd} unpricedCalls={spend.unpricedCalls} />
    </>
  );
}
