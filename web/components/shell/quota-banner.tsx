import { useEffect } from 'preact/hooks';
import type { LimitsModel } from '../../models/costs/limits.ts';
import { useWords } from '../../models/costs/organization-limits.ts';

/** Nothing pushes how much is used; leases make it move in steps anyway. */
const everyMs = 5 * 60_000;

interface QuotaBannerProps {
  limits: InstanceType<typeof LimitsModel>;
  href: string;
}

/** Warns whoever may do something about it when a quota is nearly used up. */
export function QuotaBanner({ limits, href }: QuotaBannerProps) {
  useEffect(() => {
    limits.load();
    const timer = setInterval(limits.load, everyMs);
    return () => clearInterval(timer);
  }, [limits]);
  const use = limits.fullest.value;
  if (!use) return null;
  return (
    <p class="quota-banner" role="status">
      <span>
        {useWords(use)} {use.state === 'spent' ? 'are used: what goes beyond is refused.' : 'are used.'}
      </span>
      <a href={href}>Change the limits</a>
    </p>
  );
}
