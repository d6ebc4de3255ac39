import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Alert } from '../../../wire/alert.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { itemList } from '../../models/item-list.ts';
import { AlertDetailDialog } from './alert-detail.tsx';
import { AlertRow } from './alert-row.tsx';

/** What was wrong, the latest first, as far back as it is kept. */
export function AlertHistory() {
  const list = useMemo(
    () => itemList<Alert>((cursor) => read(client.api.alerts.$get({ query: { state: 'resolved', limit: '30', cursor } }))),
    [],
  );
  const shown = useSignal<Alert | null>(null);
  useEffect(() => {
    list.load();
  }, [list]);
  const items = list.items.value;
  const failure = list.failure.value;
  if (!items && failure) return <ErrorState title="The history did not load" detail={failure.message} onRetry={list.load} />;
  if (!items) return <Skeleton width={320} />;
  return (
    <>
      {failure && <Notice tone="bad">{failure.message}</Notice>}
      {items.length === 0 && <EmptyState icon="clock" title="Nothing was wrong so far" />}
      <ul class="alert-list">
        {items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} onOpen={() => (shown.value = alert)} />
        ))}
      </ul>
      {list.hasMore.value && (
        <Button size="small" busy={list.loading.value} onClick={list.loadMore}>
          Show more
        </Button>
      )}
      <AlertDetailDialog alert={shown.value} onClose={() => (shown.value = null)} />
    </>
  );
}
