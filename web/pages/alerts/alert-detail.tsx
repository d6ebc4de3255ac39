import { useEffect, useState } from 'preact/hooks';
import type { Alert, AlertDetail } from '../../../wire/alert.ts';
import { client, read } from '../../api.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Notice, Skeleton } from '../../components/states.tsx';
import { outcomeNames } from '../../models/alerts/alerts-words.ts';
import { asError } from '../../models/as-error.ts';
import { useOrganization } from '../../organization-scope.ts';

interface AlertDetailDialogProps {
  alert: Alert | null;
  onClose: () => void;
}

/** An alert's own story: from when to when, who did what, and whether its channels heard of it. */
export function AlertDetailDialog({ alert, onClose }: AlertDetailDialogProps) {
  const { organization } = useOrganization();
  return (
    <Dialog
      open={alert !== null}
      title={alert?.title ?? ''}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          {alert && <LinkButton href={`/${organization.id}${alert.link}`}>Look at it</LinkButton>}
        </>
      }
    >
      {alert && <Story key={alert.id} alert={alert} />}
    </Dialog>
  );
}

function Story({ alert }: { alert: Alert }) {
  const [detail, setDetail] = useState<AlertDetail | null>(null);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    read(client.api.alerts[':id'].$get({ param: { id: alert.id } })).then(setDetail, (error: unknown) =>
      setFailure(asError(error).message),
    );
  }, [alert.id]);
  const { acknowledged, snoozed, resolvedAt } = alert;
  return (
    <>
      <p>{alert.body}</p>
      <dl class="alert-story">
        <dt>Rule</dt>
        <dd>{alert.ruleName}</dd>
        <dt>Fired</dt>
        <dd>
          <RelativeTime at={alert.firedAt} />
        </dd>
        {acknowledged && (
          <>
            <dt>Acknowledged</dt>
            <dd>
              by {acknowledged.name}, <RelativeTime at={acknowledged.at} />
            </dd>
          </>
        )}
        {snoozed && (
          <>
            <dt>Snoozed</dt>
            <dd>
              by {snoozed.name}, <RelativeTime at={snoozed.at} />
            </dd>
          </>
        )}
        {resolvedAt !== null && (
          <>
            <dt>Over</dt>
            <dd>
              <RelativeTime at={resolvedAt} />
            </dd>
          </>
        )}
      </dl>
      <h3>Told to channels</h3>
      {failure && <Notice tone="bad">{failure}</Notice>}
      {!detail && !failure && <Skeleton width={240} />}
      {detail?.deliveries.length === 0 && <p class="muted">No channel: this page alone.</p>}
      <ul class="alert-deliveries">
        {detail?.deliveries.map(({ id, title, kind, outcome, attempts, attemptCount }) => (
          <li key={id}>
            <p>
              {title} <span class="muted">by {kind}</span>: <strong>{outcomeNames[outcome]}</strong>
              {attemptCount > 1 && <span class="muted">, {attemptCount} attempts</span>}
            </p>
            {attempts.map(({ n, at, detail: said }) => (
              <p key={n} class="muted">
                {n}. <RelativeTime at={at} />
                {said && `: ${said}`}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
