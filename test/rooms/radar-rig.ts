import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { EventPage } from '../../worker/rooms/session/session-room.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import { makeRig } from './rig.ts';

export const acme = 'https://github.com/acme/web.git';

/** A person whose agents work in clones of one repository, each in a folder of its own. */
export async function makeRadarRig(name: string) {
  const rig = await makeRig(name);
  const { organization, project, user } = rig.account;
  const actor = { tokenId: 'tok', organizationId: organization.id, projectId: project.id, userId: user.id };
  const idOf = (session: string) => ownerOf(actor, 'claude-code', session).sessionId;
  const hook = async (
    session: string,
    event: string,
    fields: object = {},
    repository = acme,
    headers: Record<string, string> = {},
  ) => {
    const body = { session_id: session, hook_event_name: event, cwd: `/home/${session}`, ...fields };
    const response = await rig.post('/hooks/claude-code', body, { 'x-flightdeck-repository': repository, ...headers });
    return response.json<object>();
  };
  const collisions = async (session: string): Promise<SessionEvent[]> => {
    const page: EventPage | null = await rig.room(idOf(session)).events(0, limits.maxPageEvents, limits.maxPageBytes);
    if (page?.from !== 'log') return [];
    const events: SessionEvent[] = JSON.parse(`[${page.texts.join(',')}]`);
    return events.filter(({ control }) => control?.action === 'collided');
  };
  let calls = 0;
  return {
    ...rig,
    idOf,
    hook,
    collisions,
    radar: () => env.FILE_RADAR.getByName(organization.id),
    /** Rooms are asked themselves: a login does not outlive a clock that tests move. */
    summary: async (session: string) => {
      const found = await rig.room(idOf(session)).summary();
      if (!found) throw new Error(`no session ${session}`);
      return found;
    },
    begin: (session: string, title: string, repository?: string) =>
      hook(session, 'SessionStart', { source: 'startup', session_title: title }, repository),
    /** The question before an edit. */
    edit: (session: string, path: string, tool = 'Edit') => {
      calls += 1;
      return hook(session, 'PreToolUse', { tool_name: tool, tool_use_id: `t${calls}`, tool_input: { file_path: path } });
    },
    /** Until each of these sessions was told of so many collisions. */
    collided: async (sessions: string[], count: number) => {
      for (const session of sessions) await vi.waitUntil(async () => (await collisions(session)).length >= count);
      for (const session of sessions) expect(await collisions(session)).toHaveLength(count);
    },
  };
}
