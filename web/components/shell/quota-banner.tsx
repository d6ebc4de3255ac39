import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { QuotaUse } from '../../../wire/organization-limits.ts';
import { client, read } from '../../api.ts';
import { fullest, useWords } from '../../models/organization-limits.ts';

const everyMs = 5 * 60_000;

/** Warns whoever may do something about it when a quota is nearly used up. */
export function QuotaBanner({ href }: { href: string }) {
  const use = useSignal<QuotaUse | undefined>(undefined);
  useEffect(() => {
    // A warning that cannot be read now comes with the next reading.
    const look = () =>
      read(client.api.limits.$get()).then(
        ({ usage }) => {
          use.value = fullest(usage);
        },
        () => {},
      );
    look();
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, []);
  if (!use.value) return null;
  return (
    <p class="quota-banner" role="status">
      {useWords(use.value)} {use.value.state === 'spent' ? 'are used up: what goes beyond is refused.' : 'are used.'}{' '}
      <a href={href}>Limits</a>
    </p>
  );
}
