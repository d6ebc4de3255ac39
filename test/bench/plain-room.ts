import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';

/** What any Worker with rooms has to do with a hook: read it, find its room, keep it in one row that is on disk before the answer. */
const script = `
import { DurableObject } from 'cloudflare:workers';

export class Room extends DurableObject {
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  }

  async take(body) {
    this.ctx.storage.sql.exec('INSERT INTO log (body) VALUES (?)', body);
    return {};
  }
}

export default {
  async fetch(request, env) {
    const body = await request.text();
    const room = env.ROOM.get(env.ROOM.idFromName(JSON.parse(body).session_id));
    return Response.json(await room.take(body));
  },
};`;

/** A Worker that judges nothing, on the same runtime, machine and disk: what it takes is not ours to save. */
export async function startPlainRooms(stateDir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'plain-rooms',
      modules: true,
      script,
      compatibilityDate: '2026-11-01',
      durableObjects: { ROOM: { className: 'Room', useSQLite: true } },
      host: '127.0.0.1',
      port: 0,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      resourcePersistencePath: mkdtempSync(join(stateDir, 'plain-rooms-')),
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
    }),
  );
  await miniflare.ready;
  const { origin: url } = await miniflare.unsafeGetDirectURL();
  return { url, stop: () => miniflare.dispose() };
}
