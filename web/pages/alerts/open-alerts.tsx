import { useSignal } from '@preact/signals';
import type { Alert } from '../../../wire/alert.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { AlertDetailDialog } from './alert-detail.tsx';
import { AlertRow } from './alert-row.tsx';

const snoozes = [
  { label: '30 minutes', minutes: 30 },
  { label: '2 hours', minutes: 120 },
  { label: '8 hours', minutes: 480 },
  { label: 'A day', minutes: 1440 },
];

/** What is wrong now, the latest first, and what one can do about it. */
export function OpenAlerts() {
  const { alerts, organization } = useOrganization();
  const shown = useSignal<Alert | null>(null);
  const open = alerts.open.value;
  const failure = alerts.failure.value;
  const handles = mayEditSessions(organization.role);
  const attempt = async (deed: () => Promise<void>, done: string) => {
    try {
      await deed();
      showToast(done);
    } catch (error) {
      showFailure(error);
      alerts.load();
    }
  };
  if (!open && failure) return <ErrorState title="The alerts did not load" detail={failure.message} onRetry={alerts.load} />;
  if (!open) return <Loading />;
  return (
    <>
      {failure && <Notice tone="warn">This list may not be fresh: {failure.message}</Notice>}
      {open.length === 0 && (
        <EmptyState icon="bell" title="Nothing is wrong">
          <p>
            When a session fails, gets stuck or waits for somebody, or a budget runs out, it says so here, on every open screen.
            Rules say what else counts.
          </p>
        </EmptyState>
      )}
      <ul class="alert-list">
        {open.map((alert) => (
          <AlertRow key={alert.id} alert={alert} onOpen={() => (shown.value = alert)}>
            {handles && !alert.acknowledged && (
              <Button size="small" onClick={() => attempt(() => alerts.acknowledge(alert.id), 'Acknowledged.')}>
                Acknowledge
              </Button>
            )}
            {handles && !alert.acknowledged && (
              <Menu
                label="Snooze"
                align="end"
                groups={[
                  snoozes.map(({ label, minutes }) => ({
                    label,
                    onSelect: () => attempt(() => alerts.snooze(alert.id, minutes), `Snoozed: ${label.toLowerCase()}.`),
                  })),
                ]}
              >
                {(trigger) => (
                  <Button size="small" kind="quiet" {...trigger}>
                    Snooze
                  </Button>
                )}
              </Menu>
            )}
          </AlertRow>
        ))}
      </ul>
      <AlertDetailDialog alert={shown.value} onClose={() => (shown.value = null)} />
    </>
  );
}

function Loading() {
  return (
    <div class="alert-list" aria-busy="true">
      <Skeleton width={260} height={18} />
      <Skeleton width={320} />
    </div>
  );
}
