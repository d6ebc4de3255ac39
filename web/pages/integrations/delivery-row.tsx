import { useState } from 'preact/hooks';
import type { Delivery } from '../../../wire/delivery.ts';
import { Button } from '../../components/button.tsx';
import { DueTime, RelativeTime } from '../../components/figures.tsx';
import { attemptWords, isOver, outcomeNames, outcomeTones } from '../../models/alerts/delivery-words.ts';

interface DeliveryRowProps {
  delivery: Delivery;
  /** Where it went, by name. */
  to: string;
  /** Left out for those who only look. */
  onReplay?: (() => Promise<void>) | undefined;
}

/** One delivery; opened, it shows each attempt. */
export function DeliveryRow({ delivery, to, onReplay }: DeliveryRowProps) {
  const [busy, setBusy] = useState(false);
  const { title, outcome, createdAt, attempts, attemptCount, nextAttemptAt } = delivery;
  const replay = async () => {
    setBusy(true);
    await onReplay?.();
    setBusy(false);
  };
  return (
    <details class="delivery">
      <summary>
        <span class={`delivery-outcome ${outcomeTones[outcome]}`}>{outcomeNames[outcome]}</span>
        <span class="row-main">
          <strong class="truncate">{title}</strong>
          <span class="muted truncate">{to}</span>
        </span>
        {attemptCount > 1 && <span class="muted numeric">{attemptCount} attempts</span>}
        <RelativeTime at={createdAt} />
      </summary>
      <ol class="delivery-attempts">
        {attempts.map((attempt) => (
          <li key={attempt.n} value={attempt.n}>
            <RelativeTime at={attempt.at} /> {attemptWords(attempt)}
          </li>
        ))}
      </ol>
      {attempts.length === 0 && <p class="muted">Others to the same place come first.</p>}
      {nextAttemptAt && attempts.length > 0 && (
        <p class="muted">
          Tried again <DueTime at={nextAttemptAt} />.
        </p>
      )}
      {onReplay && isOver(delivery) && (
        <Button size="small" icon="replay" busy={busy} onClick={replay}>
          Send again
        </Button>
      )}
    </details>
  );
}
