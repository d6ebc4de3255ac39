import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { CreatedBranch, MergedBranch, SessionSummary } from '../../../wire/session.ts';
import { makeArchiveRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
beforeAll(async () => {
  rig = await makeArchiveRig('Merges');
});

const work = [
  { type: 'prompt', text: 'go' },
  { type: 'tool.started', tool: 'Edit', toolUseId: 't1', input: { file_path: 'src/lock.ts' } },
  { type: 'tool.finished', tool: 'Edit', toolUseId: 't1' },
  { type: 'message', text: 'The mutex works.' },
];

async function parentOf(name: string): Promise<string> {
  const answer = await rig.batch(name, [{ type: 'prompt', text: 'Fix the login race' }]);
  return (await answer.json<IngestAnswer>()).sessionId;
}

/** A branch of the session that has worked. */
async function branchOf(parentId: string): Promise<SessionSummary> {
  const body = { name: 'With a mutex' };
  const { session } = await rig.browser.json<CreatedBranch>(`/api/sessions/${parentId}/branches`, { method: 'POST', body });
  await rig.batch(session.externalId, work);
  return session;
}

const merge = (id: string, body: object = {}) => rig.browser.call(`/api/sessions/${id}/merge`, { method: 'POST', body });

async function refused(response: Response): Promise<string> {
  expect(response.status).toBe(409);
  return (await response.json<Problem>()).detail;
}

const mergedIn = async (id: string) => (await rig.events(id)).items.filter(({ control }) => control?.action === 'branch_merged');

describe('merging a branch back', () => {
  it('attaches what it came to to its parent, and notes that on the branch', async () => {
    const parentId = await parentOf('attached');
    const branch = await branchOf(parentId);
    const response = await merge(branch.id);
    expect(response.status).toBe(200);
    const { session, outcome } = await response.json<MergedBranch>();
    expect(outcome).toMatchObject({ words: 'The mutex works.', files: ['src/lock.ts'], fileCount: 1 });
    expect(session.branch).toMatchObject({ name: 'With a mutex', mergedSeq: outcome.seq });
    expect(await mergedIn(parentId)).toMatchObject([
      {
        text: expect.stringContaining('The mutex works.'),
        control: { action: 'branch_merged', childId: branch.id, outcome, by: { name: expect.any(String) } },
      },
    ]);
    expect((await rig.events(branch.id)).items.at(-1)).toMatchObject({ control: { action: 'merged' } });
    await evictDurableObject(rig.room(branch.id));
    expect(await rig.browser.json(`/api/sessions/${branch.id}`)).toMatchObject({ branch: { mergedSeq: outcome.seq } });
  });

  it('happens once, and once more when the branch went on', async () => {
    const parentId = await parentOf('once');
    const branch = await branchOf(parentId);
    await merge(branch.id);
    expect(await refused(await merge(branch.id))).toContain('has done nothing since');
    await evictDurableObject(rig.room(branch.id));
    await rig.batch(branch.externalId, [{ type: 'session.ended' }]);
    expect(await refused(await merge(branch.id))).toContain('has done nothing since');
    expect(await mergedIn(parentId)).toHaveLength(1);
    await rig.batch(branch.externalId, [
      { type: 'prompt', text: 'more' },
      { type: 'message', text: 'And tested.' },
    ]);
    expect((await merge(branch.id)).status).toBe(200);
    expect((await mergedIn(parentId)).map(({ control }) => control?.outcome?.words)).toEqual(['The mutex works.', 'And tested.']);
  });

  it('is there once where two people do it at the same moment', async () => {
    const parentId = await parentOf('together');
    const branch = await branchOf(parentId);
    const statuses = await Promise.all([merge(branch.id, { message: true }), merge(branch.id, { message: true })]);
    expect(statuses.map(({ status }) => status)).toContain(200);
    expect(await mergedIn(parentId)).toHaveLength(1);
    expect(await rig.browser.json(`/api/sessions/${parentId}`)).toMatchObject({ unreadMessages: 1 });
  });

  it('is told to the parent’s agent where somebody wants that', async () => {
    const parentId = await parentOf('told');
    const branch = await branchOf(parentId);
    expect((await merge(branch.id, { message: true })).status).toBe(200);
    const answer = await rig.batch('told', [{ type: 'prompt', text: 'and now?' }]);
    const { messages } = await answer.json<IngestAnswer>();
    expect(messages).toEqual([
      expect.stringMatching(/^The branch “With a mutex” of this session .*The mutex works\..*src\/lock\.ts/s),
    ]);
  });

  it('attaches nothing where the message cannot be left, and says how it can', async () => {
    const parentId = await parentOf('left');
    const branch = await branchOf(parentId);
    await rig.batch('left', [{ type: 'session.ended' }]);
    expect(await refused(await merge(branch.id, { message: true }))).toMatch(/Its agent has left.* without a message\./);
    expect(await mergedIn(parentId)).toEqual([]);
    expect((await merge(branch.id)).status).toBe(200);
  });

  it('is refused for what is no branch, has done nothing, or has no parent any more', async () => {
    const parentId = await parentOf('refused');
    expect(await refused(await merge(parentId))).toContain('is no branch');
    const { session } = await rig.browser.json<CreatedBranch>(`/api/sessions/${parentId}/branches`, { method: 'POST', body: {} });
    expect(await refused(await merge(session.id))).toBe('This branch has done nothing yet.');
    const branch = await branchOf(parentId);
    await rig.browser.call(`/api/sessions/${parentId}`, { method: 'DELETE' });
    expect(await refused(await merge(branch.id))).toContain('Its parent was deleted');
    expect((await merge('ses_aaaaaaaaaaaaaaaaaaaa')).status).toBe(404);
    expect((await merge(branch.id, { message: 'yes' })).status).toBe(400);
  });
});
