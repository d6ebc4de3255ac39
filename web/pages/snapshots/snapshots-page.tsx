import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { SessionSummary } from '../../../wire/session.ts';
import type { CreatedSnapshot } from '../../../wire/snapshot.ts';
import { ApiError, client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CodeBox } from '../../components/connect/code-box.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { showToast } from '../../components/toast.tsx';
import { LinkedSnapshotModel } from '../../models/archive/linked-snapshot.ts';
import { SnapshotsModel, snapshotName } from '../../models/archive/snapshots.ts';
import { mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { upload } from '../../upload.ts';
import { SnapshotDetail } from './snapshot-detail.tsx';
import { SnapshotEntry } from './snapshot-entry.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import './snapshots.css';

const routes = client.api.sessions[':id'];

/** The snapshots of one session, and what is in them. */
export function SnapshotsPage({ id = '' }: { id?: string }) {
  return <SnapshotsScreen key={id} id={id} />;
}

function SnapshotsScreen({ id }: { id: string }) {
  const { organization } = useOrganization();
  const { query, path, route } = useLocation();
  const [session, setSession] = useState<SessionSummary | null>(null);
  const [uploading, setUploading] = useState(false);
  /** Still named by the address for a moment; nobody has to be asked about it. */
  const deleted = useRef<string | null>(null);
  const model = useMemo(
    () =>
      new SnapshotsModel({
        list: (cursor) => read(routes.snapshots.$get({ param: { id }, query: { cursor } })),
        remove: async (snapshotId) => {
          await read(client.api.snapshots[':id'].$delete({ param: { id: snapshotId } }));
          deleted.current = snapshotId;
        },
        upload: (file, name, sending) => {
          const words = new URLSearchParams(name === '' ? {} : { name });
          const to = `/api/sessions/${encodeURIComponent(id)}/snapshots/upload?${words}`;
          return upload<CreatedSnapshot>(to, file, 'application/gzip', sending);
        },
      }),
    [id],
  );
  const linked = useMemo(
    () =>
      new LinkedSnapshotModel(id, { one: (snapshotId) => read(client.api.snapshots[':id'].$get({ param: { id: snapshotId } })) }),
    [id],
  );
  useEffect(() => {
    model.list.load();
    // Only its title is missing where this fails; the list says what is wrong.
    read(routes.$get({ param: { id } })).then(setSession, () => {});
    return model.cancel;
  }, [model]);

  const { items: known, failure, hasMore, loading } = model.list;
  const items = known.value;
  const mayChange = mayEditSessions(organization.role);
  const sessionHref = `/${organization.id}/sessions/${id}`;
  const wanted = query.snapshot === deleted.current ? undefined : query.snapshot;
  const listed = items?.find((snapshot) => snapshot.id === wanted);
  // It may stand further down than the list was read; where the list is empty, there is nothing to look for.
  const unlisted = items && items.length > 0 && !listed && wanted ? wanted : null;
  const found = linked.snapshot.value;
  const chosen = listed ?? (found?.id === unlisted ? found : undefined);
  useEffect(() => {
    linked.load(unlisted);
  }, [linked, unlisted]);
  const choose = (snapshotId: string | null) =>
    route(snapshotId === null ? path : `${path}?${new URLSearchParams({ snapshot: snapshotId })}`);
  const command = `flightdeck snapshot --session ${id}`;
  return (
    <Page
      title="Snapshots"
      heading={
        <h1 class="truncate">
          Snapshots of{' '}
          <a href={sessionHref}>
            <Said text={session?.title || 'the session'} />
          </a>
        </h1>
      }
      actions={
        mayChange && (
          <Button icon="plus" onClick={() => setUploading(true)}>
            Upload
          </Button>
        )
      }
    >
      {failure.value && !items && (
        <ErrorState title="The snapshots did not load" detail={failure.value.message} onRetry={model.list.load} />
      )}
      {!items && !failure.value && <Waiting />}
      {items?.length === 0 && (
        <EmptyState icon="archive" title="No snapshots yet">
          <p>A snapshot keeps the files of the session’s folder as they are. Take one there:</p>
          <div class="snapshots-command">
            <CodeBox label="Command" text={command} />
            <CopyButton text={command} label="Copy command" />
          </div>
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <div class={`snapshots ${chosen || unlisted ? 'chosen' : ''}`}>
          <div class="snapshots-list">
            {failure.value && <Notice tone="warn">This list is not fresh: {failure.value.message}</Notice>}
            <ul>
              {items.map((snapshot) => (
                <SnapshotEntry key={snapshot.id} snapshot={snapshot} current={snapshot === chosen} onChoose={choose} />
              ))}
            </ul>
            {hasMore.value && (
              <Button size="small" busy={loading.value} onClick={model.list.loadMore}>
                Show more
              </Button>
            )}
          </div>
          <div class="snapshots-detail">
            {chosen && (
              <SnapshotDetail
                key={chosen.id}
                snapshot={chosen}
                sessionHref={sessionHref}
                onBack={() => choose(null)}
                onDelete={
                  mayChange
                    ? async () => {
                        await model.remove(chosen.id);
                        showToast(`“${snapshotName(chosen)}” deleted.`);
                        choose(null);
                      }
                    : undefined
                }
              />
            )}
            {!chosen && unlisted && (
              <Unlisted
                failure={linked.failure.value}
                isElsewhere={linked.isElsewhere.value}
                onRetry={() => linked.load(unlisted)}
                onBack={() => choose(null)}
              />
            )}
            {!chosen && !unlisted && <p class="muted snapshots-hint">Choose a snapshot to see its files.</p>}
          </div>
        </div>
      )}
      <UploadDialog
        open={uploading}
        sent={model.sent.value}
        onClose={() => {
          model.cancel();
          setUploading(false);
        }}
        onUpload={async (file, name) => {
          const created = await model.upload(file, name);
          if (!created) return;
          setUploading(false);
          showToast(created.warnings[0] ?? 'Uploaded.');
          choose(created.id);
        }}
      />
    </Page>
  );
}

interface UnlistedProps {
  failure: Error | null;
  isElsewhere: boolean;
  onRetry: () => void;
  onBack: () => void;
}

/** In place of the snapshot that the address names, while it is read or where there is none. */
function Unlisted({ failure, isElsewhere, onRetry, onBack }: UnlistedProps) {
  if (isElsewhere || (failure instanceof ApiError && failure.code === 'not_found')) {
    return (
      <EmptyState icon="archive" title="There is no such snapshot here">
        <p>It was deleted, or it belongs to another session.</p>
        <Button onClick={onBack}>All snapshots</Button>
      </EmptyState>
    );
  }
  if (failure) return <ErrorState title="This snapshot did not load" detail={failure.message} onRetry={onRetry} />;
  return <Skeleton height={120} />;
}

function Waiting() {
  return (
    <div class="snapshots" aria-busy="true">
      <div class="snapshots-list">
        {[220, 160, 190].map((width) => (
          <div class="snapshot-entry" key={width}>
            <Skeleton width={width} />
            <Skeleton width={width - 60} />
          </div>
        ))}
      </div>
    </div>
  );
}
