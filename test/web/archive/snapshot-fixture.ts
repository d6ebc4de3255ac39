import type { Snapshot } from '../../../wire/snapshot.ts';

/** A nameless snapshot of one file, taken by hand, with what a test is about put over it. */
export const snapshot = (id: string, over: Partial<Snapshot> = {}): Snapshot => ({
  id,
  sessionId: 'ses_1',
  projectId: 'prj_1',
  name: null,
  reason: 'manual',
  seq: 1,
  gitHead: null,
  fileCount: 1,
  bytes: 1,
  leftOutCount: 0,
  createdBy: 'usr_1',
  createdAt: '2026-11-20T10:00:00.000Z',
  ...over,
});
