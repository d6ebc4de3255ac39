import { SnapshotReason } from '../../../wire/snapshot.ts';

/** The reason in a row. One of a later version, read by an older one in the middle of a deployment, is none that it knows. */
export function reasonOf(text: string): SnapshotReason {
  const known = SnapshotReason.safeParse(text);
  return known.success ? known.data : 'manual';
}
