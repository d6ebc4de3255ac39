import { realpathSync } from 'node:fs';
import type { Snapshot } from '../../wire/snapshot.ts';
import { listAll, requireLogin } from '../api.ts';
import { exitCodes } from '../failure.ts';
import { say } from '../terminal.ts';
import { sessionOfFolder } from './session-of-folder.ts';
import { snapshotTable } from './snapshot-table.ts';

/** `flightdeck snapshots`. */
export async function runSnapshots([session]: string[]): Promise<number> {
  const login = requireLogin();
  const id = await sessionOfFolder(login, realpathSync('.'), session);
  for (const line of snapshotTable(await listAll<Snapshot>(login, `/api/sessions/${id}/snapshots`))) say(line);
  return exitCodes.ok;
}
