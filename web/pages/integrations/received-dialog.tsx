import { useEffect, useMemo } from 'preact/hooks';
import type { Integration, ReceivedEvent } from '../../../wire/integration.ts';
import { client, read } from '../../api.ts';
import { slowNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { absolute, relative } from '../../format.ts';
import { itemList } from '../../models/item-list.ts';
import { useOrganization } from '../../organization-scope.ts';

const words: Record<ReceivedEvent['outcome'], string> = { waiting: 'Waiting', started: 'Started', ignored: 'Ignored' };

/** What a code host sent that might have started something, and why it did or did not. */
export function ReceivedDialog({ integration, onClose }: { integration: Integration; onClose: () => void }) {
  const { organization } = useOrganization();
  const list = useMemo(
    () =>
      itemList<ReceivedEvent>((cursor) =>
        read(client.api.integrations[':id'].events.$get({ param: { id: integration.id }, query: { cursor, limit: '20' } })),
      ),
    [integration.id],
  );
  useEffect(() => {
    list.load();
  }, [list]);
  return (
    <Dialog
      open
      title={`What came from ${integration.name}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <ItemRows
        list={list}
        what="Events"
        empty="Nothing in the last week that could have started a session."
        keyOf={({ id, receivedAt }) => `${id} ${receivedAt}`}
      >
        {({ outcome, event, detail, receivedAt, sessionId }) => (
          <>
            <span class={`delivery-outcome ${outcome === 'started' ? 'good' : ''}`}>{words[outcome]}</span>
            <span class="row-main received-words">
              <span>
                {sessionId ? <a href={`/${organization.id}/sessions/${sessionId}`}>{detail}</a> : detail || 'Being worked off.'}
              </span>
              <span class="muted" title={absolute(Date.parse(receivedAt))}>
                {event} · {relative(Date.parse(receivedAt), slowNow.value)}
              </span>
            </span>
          </>
        )}
      </ItemRows>
    </Dialog>
  );
}
