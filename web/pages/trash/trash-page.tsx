import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { limits } from '../../../wire/limits.ts';
import type { TrashItem, TrashKind } from '../../../wire/trash.ts';
import { client, read } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Page } from '../../components/shell/page.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { kindIn, trashName } from '../../models/archive/trash.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManageRetention } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import '../settings/settings.css';
import { Moment } from './moment.tsx';
import { TrashRow } from './trash-row.tsx';
import './trash.css';

const routes = client.api.trash;
const nouns = { session: 'Session', snapshot: 'Snapshot' } as const satisfies Record<TrashKind, string>;

/** What was thrown away, and can be brought back for a while. */
export function TrashPage() {
  const { organization } = useOrganization();
  const { query, path, route } = useLocation();
  const kind = kindIn(query.kind);
  const [erasing, setErasing] = useState<TrashItem | null>(null);
  const list = useMemo(() => itemList<TrashItem>((cursor) => read(routes.$get({ query: { kind, cursor } }))), [kind]);
  useEffect(() => {
    list.load();
  }, [list]);
  const manages = mayManageRetention(organization.role);
  const without = (id: string) => list.update((items) => items.filter((item) => item.id !== id));
  const restore = async (item: TrashItem) => {
    try {
      await read(routes[':id'].restore.$post({ param: { id: item.id } }));
      without(item.id);
      showToast(`${nouns[item.kind]} brought back.`);
    } catch (error) {
      showFailure(error);
    }
  };
  return (
    <Page title="Trash">
      <div class="trash">
        <p class="muted">
          What lies here can be brought back for {limits.trashDays} days; then it is gone for good.
          {!manages && ' Admins bring back and delete.'}
        </p>
        <Tabs
          label="Kind"
          tabs={[
            { id: 'session', label: 'Sessions' },
            { id: 'snapshot', label: 'Snapshots' },
          ]}
          current={kind}
          onChange={(next) => route(next === 'session' ? path : `${path}?kind=${next}`, true)}
          panelId="trash-list"
        />
        <div id="trash-list" role="tabpanel" aria-label={kind === 'session' ? 'Sessions' : 'Snapshots'}>
          <ItemRows
            key={kind}
            list={list}
            what="The trash"
            empty={kind === 'session' ? 'No session was deleted lately.' : 'No snapshot was deleted lately.'}
            keyOf={({ id }) => id}
          >
            {(item) => (
              <TrashRow
                item={item}
                verbs={manages ? { restore: () => restore(item), erase: () => setErasing(item) } : undefined}
              />
            )}
          </ItemRows>
        </div>
      </div>
      <Confirm
        open={erasing !== null}
        title={`Delete “${erasing ? trashName(erasing) : ''}” for good?`}
        verb="Delete for good"
        onClose={() => setErasing(null)}
        onConfirm={async () => {
          if (!erasing) return;
          await read(routes[':id'].$delete({ param: { id: erasing.id } }));
          without(erasing.id);
        }}
      >
        {erasing?.taken && (
          <p>
            It was taken <Moment at={erasing.taken.at} />.
          </p>
        )}
        <p>Nobody can bring it back after this. What it cost stays in the reports.</p>
      </Confirm>
    </Page>
  );
}
