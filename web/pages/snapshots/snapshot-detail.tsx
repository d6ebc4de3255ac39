import { useEffect, useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import type { Manifest, Snapshot } from '../../../wire/snapshot.ts';
import { client, read } from '../../api.ts';
import { Button, IconButton, LinkButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { archivePath, download } from '../../download.ts';
import { bytes, plural } from '../../format.ts';
import { reasonNames, snapshotName } from '../../models/archive/snapshots.ts';
import { useOrganization } from '../../organization-scope.ts';
import { Fact } from '../session/detail/detail-facts.tsx';
import { SnapshotFiles } from './snapshot-files.tsx';

interface SnapshotDetailProps {
  snapshot: Snapshot;
  sessionHref: string;
  onBack: () => void;
  /** Undefined: this reader may not. */
  onDelete: (() => Promise<void>) | undefined;
}

/** A snapshot in full: what it is, what can be done with it, and its files. */
export function SnapshotDetail({ snapshot, sessionHref, onBack, onDelete }: SnapshotDetailProps) {
  const { id, reason, seq, gitHead, fileCount, bytes: size, createdAt } = snapshot;
  const { organization } = useOrganization();
  const [asked, setAsked] = useState(false);
  const { manifest, failure, load } = useManifest(id);
  const name = snapshotName(snapshot);
  return (
    <article class="snapshot" aria-label={name}>
      <header class="snapshot-head">
        <IconButton icon="left" class="snapshot-back" label="All snapshots" onClick={onBack} />
        <h2 class="truncate">
          <Said text={name} />
        </h2>
      </header>
      <div class="snapshot-verbs">
        <Button icon="download" size="small" onClick={() => download(archivePath(id))}>
          Download tar.gz
        </Button>
        <LinkButton icon="compare" size="small" href={`/${organization.id}/compare?a=${id}`}>
          Compare with…
        </LinkButton>
        <CopyButton text={`flightdeck restore ${id}`} label="Copy restore command" />
        {onDelete && (
          <Button icon="trash" size="small" kind="quiet" onClick={() => setAsked(true)}>
            Delete
          </Button>
        )}
      </div>
      <dl class="facts">
        <Fact name="Taken">
          <RelativeTime at={createdAt} />, {reasonNames[reason].toLowerCase()}
        </Fact>
        <Fact name="After">
          <a href={`${sessionHref}#e${seq}`}>event {seq}</a>
        </Fact>
        <Fact name="Holds">
          {plural(fileCount, 'file')}, {bytes(size)}
        </Fact>
        {gitHead && (
          <Fact name="Commit">
            <span class="mono">
              <Said text={gitHead.slice(0, 12)} />
            </span>
          </Fact>
        )}
        <Fact name="Id">
          <span class="mono">{id}</span>
        </Fact>
      </dl>
      {failure && <ErrorState title="Its files did not load" detail={failure.message} onRetry={load} />}
      {!manifest && !failure && <Skeleton height={120} />}
      {manifest && <SnapshotFiles manifest={manifest} />}
      {onDelete && (
        <Confirm
          open={asked}
          title={`Delete “${name}”?`}
          verb="Delete snapshot"
          onClose={() => setAsked(false)}
          onConfirm={onDelete}
        >
          <p>
            It goes into the trash, and is gone for good after {limits.trashDays} days. What other snapshots hold stays, and so
            does your folder.
          </p>
        </Confirm>
      )}
    </article>
  );
}

function useManifest(id: string) {
  const [manifest, setManifest] = useState<Manifest | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const load = () => {
    setFailure(null);
    read(client.api.snapshots[':id'].manifest.$get({ param: { id } }))
      // The route streams what was written, which no type of its own tells.
      .then((found) => setManifest(found as Manifest))
      .catch(setFailure);
  };
  useEffect(load, [id]);
  return { manifest, failure, load };
}
