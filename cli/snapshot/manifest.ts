import type { Manifest } from '../../wire/snapshot.ts';
import { call, type Login } from '../api.ts';
import { checkedManifest } from './check-manifest.ts';
import { patiently } from './patience.ts';
import type { Place } from './safe-path.ts';

const timeoutMs = 120_000;

/** What a snapshot holds, checked for the disk that it is for. */
export const readManifest = (login: Login, id: string, place: Place): Promise<Manifest> =>
  patiently(async () => checkedManifest(await call(login, 'GET', `/api/snapshots/${id}/manifest`, undefined, timeoutMs), place));
