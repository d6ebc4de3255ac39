import type { QuotaUse } from '../../../wire/organization-limits.ts';
import { share, useWords } from '../../models/costs/organization-limits.ts';

const levels = { within: 'calm', soft: 'high', spent: 'full' } as const;

/** How much of a quota is used, as a bar and in words. */
export function QuotaGauge({ use }: { use: QuotaUse }) {
  const words = useWords(use);
  return (
    <span class="quota-use">
      <span class={`gauge ${levels[use.state]}`} role="img" aria-label={words}>
        <i class="spent" style={{ width: `${Math.min(100, share(use) * 100)}%` }} />
      </span>
      <span class={use.state === 'within' ? 'muted' : 'quota-warning'}>
        {words}
        {use.state === 'soft' && ': nearly used up'}
        {use.state === 'spent' && ': used up, more is refused'}
      </span>
    </span>
  );
}
