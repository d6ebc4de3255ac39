import { plural } from '../../format.ts';
import type { Spend } from '../../models/session-rows.ts';
import { Money, Tokens } from '../figures.tsx';

/** What a turn or a subagent used, in one line; nothing where no model call is known. */
export function SpendLine({ spend }: { spend: Spend }) {
  if (spend.calls === 0) return null;
  const { input, output, cacheRead, cacheWrite } = spend.tokens;
  return (
    <>
      <Tokens
        value={input + output + cacheRead + cacheWrite}
        title={`${plural(spend.calls, 'model call')}: ${spend.tokens.input.toLocaleString('en-US')} in, ${output.toLocaleString('en-US')} out, ${cacheRead.toLocaleString('en-US')} read from and ${cacheWrite.toLocaleString('en-US')} written to the cache`}
      />
      <Money microUsd={spend.costMicroUsd} unpricedCalls={spend.unpricedCalls} />
    </>
  );
}
