import { useEffect, useMemo, useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import type { TrashItem, TrashKind } from '../../../wire/trash.ts';
import { client, read } from '../../api.ts';
import { slowNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Page } from '../../components/shell/page.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { showToast } from '../../components/toast.tsx';
import { absolute, clockTime, shortDate } from '../../format.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManageRetention } from '../../models/rights.ts';
import { goneWords, trashName } from '../../models/trash.ts';
import { useOrganization } from '../../organization-scope.ts';
import '../settings/settings.css';
import './trash.css';

const route = client.api.trash;
const nouns = { session: 'Session', snapshot: 'Snapshot' } as const satisfies Record<TrashKind, string>;

/** What was thrown away, and can be brought back for a while. */
export function TrashPage() {
  const { organization } = useOrganization();
  const [kind, setKind] = useState<TrashKind>('session');
  const [erasing, setErasing] = useState<TrashItem | null>(null);
  const list = useMemo(() => itemList<TrashItem>((cursor) => read(route.$get({ query: { kind, cursor } }))), [kind]);
  useEffect(() => {
    list.load();
  }, [list]);
  const manages = mayManageRetention(organization.role);
  const without = (id: string) => list.update((items) => items.filter((item) => item.id !== id));
  const restore = async (item: TrashItem) => {
    try {
      await read(route[':id'].restore.$post({ param: { id: item.id } }));
      without(item.id);
      showToast(`${nouns[item.kind]} brought back.`);
    } catch (error) {
      showToast(error instanceof Error ? error.message : 'That did not work. Try again.', { tone: 'bad' });
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
          onChange={setKind}
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
              <>
                <span class="trash-name truncate" title={item.id}>
                  <Said text={trashName(item)} />
                </span>
                <span class="faint">
                  {item.taken && (
                    <>
                      taken <Moment at={item.taken.at} />,{' '}
                    </>
                  )}
                  deleted {item.deletedBy === null && 'by retention '}
                  <RelativeTime at={item.deletedAt} />, {goneWords(item.deletedAt, slowNow.value)}
                </span>
                {manages && (
                  <span class="trash-verbs">
                    <Button size="small" onClick={() => restore(item)}>
                      Bring back
                    </Button>
                    <Button size="small" kind="quiet" onClick={() => setErasing(item)}>
                      Delete for good
                    </Button>
                  </span>
                )}
              </>
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
          await read(route[':id'].$delete({ param: { id: erasing.id } }));
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

/** To the second: snapshots without a name differ in nothing else. */
function Moment({ at }: { at: string }) {
  const ms = Date.parse(at);
  return (
    <time class="numeric" dateTime={at} title={absolute(ms)}>
      {shortDate(ms, slowNow.value)}, {clockTime(ms)}
    </time>
  );
}
