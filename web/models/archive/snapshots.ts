import { computed, createModel, signal } from '@preact/signals';
import type { CreatedSnapshot, Snapshot, SnapshotList, SnapshotReason } from '../../../wire/snapshot.ts';
import type { Sending } from '../../upload.ts';
import { itemList } from '../item-list.ts';

export interface SnapshotsPorts {
  list(cursor: string | undefined): Promise<SnapshotList>;
  remove(id: string): Promise<void>;
  /** Sends an archive. */
  upload(file: Blob, name: string, sending: Sending): Promise<CreatedSnapshot>;
}

/** A session's snapshots, the newest first. */
export const SnapshotsModel = createModel((ports: SnapshotsPorts) => {
  const list = itemList<Snapshot>((cursor) => ports.list(cursor));
  const sent = signal<number | null>(null);
  let uploading: AbortController | null = null;
  return {
    list,
    /** Which share of an upload is sent; null while there is none. */
    sent: computed(() => sent.value),
    async remove(id: string) {
      await ports.remove(id);
      list.update((items) => items.filter((snapshot) => snapshot.id !== id));
    },
    /** Answers the snapshot that the archive became; null where it was cancelled. */
    async upload(file: Blob, name: string): Promise<CreatedSnapshot | null> {
      const mine = new AbortController();
      uploading = mine;
      sent.value = 0;
      const onProgress = (share: number) => {
        if (!mine.signal.aborted) sent.value = share;
      };
      try {
        const created = await ports.upload(file, name, { onProgress, signal: mine.signal });
        const { warnings: _, ...snapshot } = created;
        list.update((items) => [snapshot, ...items]);
        return mine.signal.aborted ? null : created;
      } catch (error) {
        if (mine.signal.aborted) return null;
        throw error;
      } finally {
        if (!mine.signal.aborted) sent.value = null;
      }
    },
    /** Breaks the upload off. */
    cancel() {
      uploading?.abort();
      sent.value = null;
    },
  };
});

/** Why a snapshot was taken, in few words. */
export const reasonNames: Record<SnapshotReason, string> = {
  manual: 'Taken by hand',
  start: 'Session start',
  end: 'Session end',
  rule: 'Before a call',
  interval: 'By the clock',
  restore: 'Before a restore',
  upload: 'Uploaded',
};

export const snapshotName = ({ name, reason }: Pick<Snapshot, 'name' | 'reason'>): string => name ?? reasonNames[reason];
