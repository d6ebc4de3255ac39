import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, expect, it, vi } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import { noSnapshotRules, type SnapshotRules } from '../../../wire/snapshot-rules.ts';
import { makeRig } from '../../rooms/rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
let path: string;
beforeAll(async () => {
  rig = await makeRig('Automatic');
  path = `/api/projects/${rig.account.project.id}/snapshot-rules`;
});

const put = (body: object) => rig.browser.call(path, { method: 'PUT', body });
let n = 0;
/** What the command is told with the answer to a hook. */
const told = async (session: string): Promise<SnapshotRules | undefined> => {
  n += 1;
  const hook = { session_id: session, hook_event_name: 'UserPromptSubmit', prompt: 'go' };
  const response = await rig.post('/hooks/claude-code/batch', { stream: session, events: [{ n, hook }] });
  return (await response.json<{ snapshots?: SnapshotRules }>()).snapshots;
};

it('a project keeps nothing by itself until somebody says so, and the next answer to a hook tells it, evicted or not', async () => {
  expect(await rig.browser.json(path)).toEqual(noSnapshotRules);
  expect(await told('early')).toBeUndefined();
  const rules = { atStart: true, atEnd: false, everyMinutes: 10, beforeTools: ['Bash', 'mcp__*'] };
  expect((await put(rules)).status).toBe(200);
  expect(await rig.browser.json(path)).toEqual(rules);
  expect(await told('late')).toEqual(rules);
  await vi.waitUntil(async () => (await told('early')) !== undefined);
  const id = (await rig.sessionOf('claude-code', 'early'))?.id ?? '';
  await evictDurableObject(rig.room(id));
  expect(await told('early')).toEqual(rules);
  await put({});
  await vi.waitUntil(async () => (await told('early')) === undefined);
  expect(await rig.browser.json(path)).toEqual(noSnapshotRules);
});

it.each([
  [{ everyMinutes: 1 }, 'everyMinutes', 'At most one every 5 minutes.'],
  [{ beforeTools: [' '] }, 'beforeTools.0', 'Name a tool, or leave it out.'],
  [{ beforeTools: Array(21).fill('Bash') }, 'beforeTools', 'Name at most 20 tools.'],
])('rules like %j are refused, and it is said where', async (body, where, message) => {
  const response = await put(body);
  expect([response.status, await response.json<Problem>()]).toMatchObject([400, { errors: [{ path: where, message }] }]);
});
