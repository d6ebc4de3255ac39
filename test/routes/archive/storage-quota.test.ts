import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { SnapshotList } from '../../../wire/snapshot.ts';
import { budgetLedger } from '../../../worker/rooms/index.ts';
import { pack } from '../../../worker/store/archive/packing.ts';
import { makeArchiveRig, noise, packOf } from './rig.ts';

const kilobyte = 1000;

async function makeProject(name: string) {
  const rig = await makeArchiveRig(name);
  const answer = await rig.batch(name, [{ type: 'prompt', text: 'go' }]);
  const { sessionId } = await answer.json<IngestAnswer>();
  const limits = (body?: object) => rig.browser.json<LimitsAnswer>('/api/limits', body && { method: 'PATCH', body });
  return {
    ...rig,
    sessionId,
    limits,
    used: async () => (await limits()).usage.find(({ quota }) => quota === 'storedBytes')?.used ?? 0,
    /** Uploads so many bytes that nothing makes smaller. */
    upload: (size: number) => rig.put(packOf([pack(noise(size))])),
    ledger: () => budgetLedger(env, rig.place.organizationId),
  };
}

it('what snapshots hold counts against the stored bytes, and an upload beyond them is refused in words', async () => {
  const project = await makeProject('Counted');
  await project.limits({ storedBytes: 30 * kilobyte });
  expect((await project.upload(20 * kilobyte)).status).toBe(200);
  await vi.waitUntil(async () => (await project.used()) >= 20 * kilobyte);
  const refused = await project.upload(20 * kilobyte);
  expect(refused.status).toBe(429);
  expect(await refused.json<Problem>()).toMatchObject({
    code: 'quota_exceeded',
    detail: expect.stringMatching(/^20(\.\d)? KB of 30 KB of stored logs and snapshots of this organization are used; delete/),
  });
  expect(await project.stored('packs')).toHaveLength(1);
  expect((await project.upload(5 * kilobyte)).status).toBe(200);
  const body = { entries: [] };
  expect((await project.browser.call(`/api/sessions/${project.sessionId}/snapshots`, { body })).status).toBe(201);
});

it('a manifest that there is no room for is refused, and no snapshot is made of it', async () => {
  const project = await makeProject('Manifest');
  await project.limits({ storedBytes: 10 });
  const path = `/api/sessions/${project.sessionId}/snapshots`;
  const refused = await project.browser.call(path, { body: { entries: [] } });
  expect([refused.status, (await refused.json<Problem>()).code]).toEqual([429, 'quota_exceeded']);
  expect((await project.browser.json<SnapshotList>(path)).items).toEqual([]);
  expect(await project.stored('manifests')).toEqual([]);
});

it('ten uploads at once get as much room as there is, whatever is evicted meanwhile', async () => {
  const project = await makeProject('Rush');
  await project.limits({ storedBytes: 45 * kilobyte });
  const answers = await Promise.all(Array.from({ length: 10 }, () => project.upload(10 * kilobyte)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(4);
  await evictDurableObject(project.index());
  await evictDurableObject(project.ledger());
  expect((await project.upload(10 * kilobyte)).status).toBe(429);
});

it('a quota that is set later counts what was stored before, and what the sweep takes is free again', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const project = await makeProject('Before');
  expect((await project.upload(20 * kilobyte)).status).toBe(200);
  await project.limits({ storedBytes: 1000 * kilobyte });
  await vi.waitUntil(async () => (await project.used()) >= 20 * kilobyte);
  for (const hours of [25, 50, 75]) {
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + hours * 3600_000);
    for (const _ of [1, 2]) await runDurableObjectAlarm(project.index());
    now.mockRestore();
  }
  expect(await project.stored('packs')).toEqual([]);
  expect(await project.used()).toBeLessThan(kilobyte);
});

it('a snapshot whose commit is made again is there, however full the quota is by then', async () => {
  const project = await makeProject('Again');
  const index = project.index();
  expect(await index.commit('snp_again', [], 100)).toEqual({ ok: true });
  await project.limits({ storedBytes: 10 });
  expect(await index.commit('snp_again', [], 100)).toEqual({ ok: true });
  expect(await index.commit('snp_more', [], 100)).toMatchObject({ ok: false, why: 'quota' });
});
