import { realpathSync } from 'node:fs';
import type { Snapshot } from '../../wire/snapshot.ts';
import { listAll, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes } from '../failure.ts';
import { dim, say } from '../terminal.ts';
import { sessionOfFolder } from './session-of-folder.ts';
import { snapshotTable } from './snapshot-table.ts';

/** `flightdeck snapshots`. */
export async function runSnapshots([named]: string[], options: Options): Promise<number> {
  const login = requireLogin();
  const wanted = named ?? options.text('session');
  const id = await sessionOfFolder(login, realpathSync('.'), wanted);
  if (wanted === undefined) say(dim(`Of ${id}, the latest session of this folder; of another: flightdeck snapshots <session>`));
  for (const line of snapshotTable(await listAll<Snapshot>(login, `/api/sessions/${id}/snapshots`))) say(line);
  return exitCodes.ok;
}
