import { useState } from 'preact/hooks';
import type { AlertTrial } from '../../../wire/alert.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { plural } from '../../format.ts';
import { asError } from '../../models/as-error.ts';

const maxShown = 8;

/** What the rule would have said of the last day, before anybody has to live with it. */
export function AlertRuleTrial({ onTry }: { onTry: () => Promise<AlertTrial> }) {
  const [trial, setTrial] = useState<AlertTrial | null>(null);
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setTrial(await onTry());
    } catch (error) {
      setTrial(null);
      setFailure(asError(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <fieldset class="alert-trial">
      <legend>Try it on the last 24 hours</legend>
      <Button busy={busy} onClick={run}>
        Try
      </Button>
      <div role="status">
        {failure}
        {trial && (
          <p>
            {trial.firings.length === 0
              ? 'It would not have fired.'
              : `It would have fired ${plural(trial.firings.length, 'time')}.`}
            {trial.isPartial && ' Only the latest sessions, and the beginnings of long ones, were looked at.'}
          </p>
        )}
      </div>
      <ul>
        {trial?.firings.slice(-maxShown).map(({ title, at, isQuiet }) => (
          <li key={`${title}${at}`}>
            <RelativeTime at={at} /> {title}
            {isQuiet && <span class="muted"> (in quiet hours)</span>}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
