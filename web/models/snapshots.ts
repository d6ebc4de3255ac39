import { computed, createModel, signal } from '@preact/signals';
import type { CreatedSnapshot, Snapshot, SnapshotList, SnapshotReason } from '../../wire/snapshot.ts';
import { itemList } from './item-list.ts';

export interface SnapshotsPorts {
  list(cursor: string | undefined): Promise<SnapshotList>;
  remove(id: string): Promise<void>;
  /** Sends an archive; says on the way which share of it is sent. */
  upload(file: Blob, name: string, onProgress: (share: number) => void): Promise<CreatedSnapshot>;
}

/** A session's snapshots, the newest first. */
export const SnapshotsModel = createModel((ports: SnapshotsPorts) => {
  const list = itemList<Snapshot>((cursor) => ports.list(cursor));
  const sent = signal<number | null>(null);
  return {
    list,
    /** Which share of an upload is sent; null while there is none. */
    sent: computed(() => sent.value),
    async remove(id: string) {
      await ports.remove(id);
      list.update((items) => items.filter((snapshot) => snapshot.id !== id));
    },
    /** Answers the snapshot that the archive became. */
    async upload(file: Blob, name: string): Promise<CreatedSnapshot> {
      sent.value = 0;
      try {
        const created = await ports.upload(file, name, (share) => {
          sent.value = share;
        });
        const { warnings: _, ...snapshot } = created;
        list.update((items) => [snapshot, ...items]);
        return created;
      } finally {
        sent.value = null;
      }
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
