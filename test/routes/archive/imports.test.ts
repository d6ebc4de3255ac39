import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EventType } from '../../../wire/event.ts';
import { ExportDocument } from '../../../wire/export.ts';
import type { ImportReport } from '../../../wire/import.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import type { SessionPage, SessionSummary } from '../../../wire/session.ts';
import type { CreatedSnapshot, SnapshotList } from '../../../wire/snapshot.ts';
import type { TrashItem } from '../../../wire/trash.ts';
import { anyDocument } from '../../domain/archive/arbitrary-export.ts';
import transcript from '../../fixtures/agents/claude-code/_transcript.jsonl?raw';
import { makeRig } from '../../rooms/rig.ts';
import { origin } from '../identity/client.ts';

type Rig = Awaited<ReturnType<typeof makeRig>>;
let here: Rig;
let there: Rig;
beforeAll(async () => {
  here = await makeRig('Imports here');
  there = await makeRig('Imports there');
});

const cookieOf = ({ browser }: Rig) => [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');

function send(rig: Rig, body: BodyInit, query = ''): Promise<Response> {
  const headers = { origin, cookie: cookieOf(rig), 'content-type': 'application/json' };
  return rig.fetch(`${origin}/api/imports?project=${rig.account.project.id}${query}`, { method: 'POST', headers, body });
}

async function bring(rig: Rig, body: BodyInit, query = ''): Promise<ImportReport> {
  const response = await send(rig, body, query);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.json<ImportReport>();
}

async function refused(rig: Rig, body: BodyInit, query = '') {
  const response = await send(rig, body, query);
  const {
    code,
    detail,
    errors = [],
  } = await response.json<{ code: string; detail: string; errors?: { path: string; message: string }[] }>();
  return { status: response.status, code, detail, errors };
}

const outcomes = ({ sessions }: ImportReport) => sessions.map(({ outcome }) => outcome);
const exported = async (rig: Rig, id: string) => (await rig.browser.call(`/api/sessions/${id}/export`)).text();

async function newSession(rig: Rig, name: string, events: object[]): Promise<string> {
  return (await (await rig.batch(name, events)).json<IngestAnswer>()).sessionId;
}

const story = [
  { type: 'prompt', text: 'list the files' },
  { type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'ls' } },
  { type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: 'a.txt' },
  { type: 'session.ended' },
];

/** The texts of a document's sessions, with the ids of their organization taken out. */
function withoutIds(text: string): string {
  const { sessions } = JSON.parse(text) as ExportDocument;
  const ids = sessions.flatMap(({ session }) => [
    [session.id.slice(4), 'ID'] as const,
    [session.projectId, 'PROJECT'] as const,
    [session.userId, 'USER'] as const,
  ]);
  const plain = ids.reduce((left, [id, name]) => left.replaceAll(id, name), text);
  // Who paused it there is told here, too.
  return plain.replaceAll(/usr_[0-9a-z]{26}/g, 'USER');
}

describe('an export that is imported elsewhere and exported there', () => {
  it('is the same bytes apart from ids: a session with every type of event, and of everything that people do', async () => {
    const told = EventType.options.filter((type) => type !== 'control' && type !== 'session.ended');
    const usage = { input: 10, output: 5, cacheRead: 1, cacheWrite: 2, model: 'claude-sonnet-4-5', requestId: 'r1' };
    const id = await newSession(here, 'every type', [
      {
        type: 'session.started',
        cwd: '/work',
        model: 'claude-sonnet-4-5',
        repository: 'https://example.com/r',
        gitBranch: 'main',
      },
      ...told.map((type) => ({
        type,
        id: type,
        tool: 'Bash',
        toolUseId: 't1',
        text: `a ${type}`,
        input: { z: 1, a: [{ 9: 1, b: 2 }] },
      })),
      { type: 'usage', usage },
      { type: 'something of its own', anything: { deep: [1, { two: null }] } },
    ]);
    const at = `/api/sessions/${id}`;
    await here.browser.json(at, { method: 'PATCH', body: { title: 'Every type', tags: ['one', 'two'] } });
    await here.browser.json(`${at}/budget`, { method: 'PUT', body: { limitMicroUsd: 5_000_000, limitTokens: 10_000 } });
    await here.browser.json(`${at}/messages`, { body: { text: 'look here' } });
    await here.browser.json(`${at}/control`, { body: { action: 'pause' } });
    await here.browser.json(`${at}/control`, { body: { action: 'resume' } });
    await here.batch('every type', [
      { type: 'tool.started', tool: 'Bash', toolUseId: 't9' },
      { type: 'session.ended', ok: false },
    ]);
    const first = await exported(here, id);
    const document = ExportDocument.parse(JSON.parse(first));
    expect(new Set(document.sessions[0]?.events.map(({ type }) => type))).toEqual(new Set(EventType.options));

    const report = await bring(there, first);
    expect(outcomes(report)).toEqual(['created']);
    const second = await exported(there, report.sessions[0]?.sessionId ?? '');
    expect(second).not.toBe(first);
    expect(withoutIds(second)).toBe(withoutIds(first));
  });

  it('so is a session that ran when it was exported', async () => {
    const id = await newSession(here, 'running', story.slice(0, 2));
    const first = await exported(here, id);
    const report = await bring(there, first);
    const copy = report.sessions[0]?.sessionId ?? '';
    expect(withoutIds(await exported(there, copy))).toBe(withoutIds(first));
    const summary = await there.browser.json<SessionSummary>(`/api/sessions/${copy}`);
    expect(summary).toMatchObject({ status: 'cancelled', imported: { at: expect.any(String) } });
    expect(summary.endedAt).toBe(summary.lastEventAt);
  });

  it('so is whatever the schema takes, from one organization to the next', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(anyDocument, async (document) => {
        run += 1;
        // Each run has sessions of its own.
        for (const { session } of document.sessions) session.externalId = `${run} ${session.externalId}`;
        const arrived = await bring(here, JSON.stringify(document, null, 2));
        const departing: ExportDocument = { ...document, sessions: [] };
        for (const { sessionId } of arrived.sessions) {
          const { sessions } = JSON.parse(await exported(here, sessionId)) as ExportDocument;
          departing.sessions.push(...sessions);
        }
        // What was generated is what was exported, but for ids.
        expect(withoutIds(JSON.stringify(departing))).toBe(withoutIds(JSON.stringify(relabelled(document, departing))));
        const copied = await bring(there, JSON.stringify(departing));
        for (const [i, { sessionId }] of copied.sessions.entries()) {
          const before = JSON.stringify({ ...departing, sessions: [departing.sessions[i]] });
          const after = JSON.stringify(JSON.parse(await exported(there, sessionId)));
          expect(withoutIds(after)).toBe(withoutIds(before));
        }
      }),
      // What fails says enough; shrinking it would take minutes.
      { numRuns: 8, endOnFailure: true },
    );
  });
});

/** A document that is the first's with the ids of the second, as the schema orders it. */
function relabelled(document: ExportDocument, named: ExportDocument): ExportDocument {
  const sessions = document.sessions.map((one, i) => {
    const { id, projectId, userId } = named.sessions[i]?.session ?? one.session;
    return { ...one, session: { ...one.session, id, projectId, userId } };
  });
  return ExportDocument.parse({ ...document, sessions });
}

describe('an imported session', () => {
  it('is over, archived at once, in the list as imported, and costs the organization nothing', async () => {
    const usage = { input: 1000, output: 1000, cacheRead: 0, cacheWrite: 0, model: 'claude-sonnet-4-5' };
    const id = await newSession(here, 'settled', [...story.slice(0, 3), { type: 'usage', usage }, { type: 'session.ended' }]);
    const [made] = (await bring(there, await exported(here, id))).sessions;
    const copy = made?.sessionId ?? '';
    await expect.poll(() => there.room(copy).events(0, 10, 1000)).toMatchObject({ from: 'archive' });
    const { items } = await there.browser.json<SessionPage>('/api/sessions');
    const listed = items.find((session) => session.id === copy);
    expect(listed).toMatchObject({ status: 'completed', toolCallCount: 1, imported: { at: expect.any(String) } });
    expect(listed?.costMicroUsd).toBeGreaterThan(0);
    const org = there.account.organization.id;
    const days = await env.DB.prepare('SELECT count(*) AS n FROM session_days WHERE organization_id = ?')
      .bind(org)
      .first<{ n: number }>();
    expect(days?.n).toBe(0);
    expect((await there.events(copy)).items.map(({ type }) => type)).toHaveLength(5);
  });

  it('is not priced again: what it cost was paid elsewhere', async () => {
    const rig = await makeRig('Priced again');
    const usage = { input: 1_000_000, output: 1000, cacheRead: 0, cacheWrite: 0, model: 'claude-sonnet-4-5' };
    const id = await newSession(here, 'priced', [{ type: 'usage', usage }, { type: 'session.ended' }]);
    await bring(rig, await exported(here, id));
    const perMillion = { input: 9_000_000, output: 9_000_000, cacheRead: 0, cacheWrite: 0 };
    await rig.browser.json('/api/prices', { body: { model: 'claude-sonnet-*', ...perMillion, from: '2020-01-01' } });
    const body = { from: '2020-01-01', dryRun: false };
    expect(await rig.browser.json('/api/prices/recalculate', { body })).toMatchObject({
      sessions: 1,
      changed: 0,
      deltaMicroUsd: 0,
    });
    const counted = await env.DB.prepare('SELECT count(*) AS n FROM session_days WHERE organization_id = ?')
      .bind(rig.account.organization.id)
      .first<{ n: number }>();
    expect(counted?.n).toBe(0);
  });

  it('survives an eviction, and can be renamed and exported as what it has become', async () => {
    const id = await newSession(here, 'evicted', story);
    const first = await exported(here, id);
    const copy = (await bring(there, first)).sessions[0]?.sessionId ?? '';
    await evictDurableObject(there.room(copy));
    expect(withoutIds(await exported(there, copy))).toBe(withoutIds(first));
    await there.browser.json(`/api/sessions/${copy}`, { method: 'PATCH', body: { title: 'Mine now' } });
    const { sessions } = ExportDocument.parse(JSON.parse(await exported(there, copy)));
    expect(sessions[0]?.session).toMatchObject({ title: 'Mine now', lastSeq: story.length + 1 });
    expect(sessions[0]?.session).not.toHaveProperty('imported');
  });

  it('goes on with the next number when its agent resumes it', async () => {
    const id = await newSession(here, 'resumed', story);
    const copy = (await bring(there, await exported(here, id))).sessions[0]?.sessionId ?? '';
    const answer = await (await there.batch('resumed', [{ type: 'prompt', text: 'go on' }])).json<IngestAnswer>();
    expect(answer).toMatchObject({ sessionId: copy, lastSeq: story.length + 1 });
    expect((await there.events(copy)).items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('may be brought in again after it was deleted for good, not from beneath the trash, nor in the same minute', async () => {
    const id = await newSession(here, 'deleted', story);
    const first = await exported(here, id);
    for (const of of ['sessions', 'trash']) {
      await here.browser.call(`/api/${of}/${id}`, { method: 'DELETE' });
      expect((await refused(here, first)).errors).toEqual([
        { path: 'sessions[0]', message: expect.stringContaining('Bring it back from the trash') },
      ]);
    }
    await here.later(id, 1);
    expect(outcomes(await bring(here, first))).toEqual(['created']);
    expect(await exported(here, id)).toBe(first);
  });

  it('has no secrets that its file had', async () => {
    const id = await newSession(here, 'secret', story);
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const file = (await exported(here, id)).replaceAll('list the files', `use ${token}`);
    const copy = (await bring(there, file)).sessions[0]?.sessionId ?? '';
    expect(file).toContain(token);
    expect(await exported(there, copy)).not.toContain(token);
    const [prompt] = (await there.events(copy)).items;
    expect(prompt).toMatchObject({ redactions: 1, text: expect.not.stringContaining(token) });
  });

  it('of many megabytes comes in parts, and is whole', async () => {
    const text = 'x'.repeat(100_000);
    const document = JSON.parse(await exported(here, await newSession(here, 'large', [{ type: 'prompt' }]))) as ExportDocument;
    const [only] = document.sessions;
    const [first] = only?.events ?? [];
    if (!only || !first) throw new Error('nothing was exported');
    only.events = Array.from({ length: 120 }, (_, i) => ({ ...first, seq: i + 1, id: `e${i}`, text: `${i} ${text}` }));
    Object.assign(only.session, { lastSeq: 120, eventCount: 120 });
    const copy = (await bring(there, gzipSync(JSON.stringify(document)))).sessions[0]?.sessionId ?? '';
    await expect.poll(() => there.room(copy).events(0, 10, 1000)).toMatchObject({ from: 'archive' });
    const { sessions } = JSON.parse(await exported(there, copy)) as ExportDocument;
    expect(sessions[0]?.events.map(({ text }) => text)).toEqual(only.events.map(({ text }) => text));
  });
});

describe('a transcript of Claude Code', () => {
  it('becomes a full session, once however often it is imported', async () => {
    const report = await bring(there, transcript);
    expect(report.sessions).toMatchObject([
      { agent: 'claude-code', externalId: '117cb046-374d-4d73-b2d9-35f28d35841a', outcome: 'created' },
    ]);
    const id = report.sessions[0]?.sessionId ?? '';
    const summary = await there.browser.json<SessionSummary>(`/api/sessions/${id}`);
    expect(summary).toMatchObject({
      ...{ status: 'completed', model: 'claude-opus-5-5', cwd: '/home/dev/project', gitBranch: 'main' },
      ...{ toolCallCount: 5, errorCount: 0, startedAt: '2026-11-21T00:47:10.513Z' },
      tokens: { input: 72, cacheRead: 90_000, cacheWrite: 18_000 },
    });
    expect(summary.title).toMatch(/^\[\[Write/);
    const { items } = await there.events(id);
    expect(items.find(({ type }) => type === 'tool.finished')).toMatchObject({ tool: 'Write', durationMs: 79 });
    expect(outcomes(await bring(there, transcript))).toEqual(['unchanged']);
    expect(withoutIds(await exported(here, (await bring(here, await exported(there, id))).sessions[0]?.sessionId ?? ''))).toBe(
      withoutIds(await exported(there, id)),
    );
  });

  it('with lines that are none is refused, each with its number', async () => {
    const lines = transcript.trim().split('\n');
    lines[4] = '{"half":';
    lines[7] = '[]';
    expect((await refused(there, lines.join('\n'))).errors.map(({ path }) => path)).toEqual(['lines[5]', 'lines[8]']);
    expect((await refused(there, '{"type":"summary"}\n')).errors).toMatchObject([{ path: 'file' }]);
  });
});

describe('an import that is repeated', () => {
  it('changes nothing: here where it came from, nor where it went', async () => {
    const id = await newSession(here, 'twice', story);
    const first = await exported(here, id);
    expect(outcomes(await bring(here, first))).toEqual(['unchanged']);
    await bring(there, first);
    const copy = JSON.parse(await exported(there, (await bring(there, first)).sessions[0]?.sessionId ?? '')) as ExportDocument;
    expect(outcomes(await bring(there, first))).toEqual(['unchanged']);
    expect(copy.sessions[0]?.events).toHaveLength(4);
  });

  it('says what would happen, and does nothing, with dryRun', async () => {
    const id = await newSession(here, 'dry', story);
    const report = await bring(there, await exported(here, id), '&dryRun=true');
    expect(report).toMatchObject({ dryRun: true, sessions: [{ outcome: 'created', externalId: 'dry', eventCount: 4 }] });
    expect((await there.browser.call(`/api/sessions/${report.sessions[0]?.sessionId}`)).status).toBe(404);
  });
});

describe('a session that is there already and is another', () => {
  async function conflict(name: string) {
    const id = await newSession(here, name, story);
    const before = await exported(here, id);
    const file = before.replace('list the files', 'list all files');
    return { id, before, file };
  }

  it('is left as it is', async () => {
    const { id, before, file } = await conflict('skip');
    expect(outcomes(await bring(here, file))).toEqual(['skipped']);
    expect(await exported(here, id)).toBe(before);
  });

  it('gets one beside it, once however often it is imported', async () => {
    const { id, before, file } = await conflict('rename');
    const report = await bring(here, file, '&onConflict=rename');
    expect(report.sessions).toMatchObject([{ outcome: 'renamed', externalId: 'rename~2' }]);
    expect(await exported(here, id)).toBe(before);
    expect(outcomes(await bring(here, file, '&onConflict=rename'))).toEqual(['unchanged']);
    const third = file.replace('a.txt', 'b.txt');
    expect((await bring(here, third, '&onConflict=rename')).sessions).toMatchObject([{ externalId: 'rename~3' }]);
  });

  it('has nine beside it at most, and the tenth is refused', async () => {
    const { file } = await conflict('copies');
    const differently = (n: number) => file.replace('a.txt', `${n}.txt`);
    for (let n = 2; n <= limits.maxImportCopies; n++)
      expect((await bring(here, differently(n), '&onConflict=rename')).sessions).toMatchObject([{ externalId: `copies~${n}` }]);
    expect((await refused(here, differently(0), '&onConflict=rename')).errors).toEqual([
      { path: 'sessions[0]', message: expect.stringContaining('there 10 times already') },
    ]);
  });

  it('is replaced, archived or not, where that is said', async () => {
    const { id, file } = await conflict('replace');
    await here.later(id, 2);
    await here.later(id, 3);
    expect(outcomes(await bring(here, file, '&onConflict=replace'))).toEqual(['replaced']);
    await expect.poll(() => here.room(id).events(0, 10, 1000)).toMatchObject({ from: 'archive' });
    expect(await exported(here, id)).toBe(file);
    const folder = `${here.account.organization.id}/sessions/${id}/`;
    expect((await env.ARCHIVE.list({ prefix: folder })).objects).toHaveLength(1);
  });

  it('lies in the trash once it is replaced, and comes back from there beside what took its place', async () => {
    const { id, file } = await conflict('undone');
    const before = await here.browser.json<SessionSummary>(`/api/sessions/${id}`);
    const events = (await here.events(id)).items;
    const { sessions } = await bring(here, file, '&onConflict=replace');
    const keptId = sessions[0]?.keptId ?? '';
    expect(await here.room(keptId).summary(), 'nobody sees it yet').toBeNull();
    const { items } = await here.browser.json<Page<TrashItem>>('/api/trash?kind=session');
    expect(items).toContainEqual(expect.objectContaining({ id: keptId, deletedBy: here.account.user.id }));
    await evictDurableObject(here.room(keptId));
    await here.browser.call(`/api/trash/${keptId}/restore`, { method: 'POST' });
    expect(await here.browser.json<SessionSummary>(`/api/sessions/${keptId}`)).toMatchObject({
      ...{ title: before.title, userId: before.userId, costMicroUsd: before.costMicroUsd, externalId: 'undone~2' },
    });
    const own = (text: string) => text.replaceAll(keptId.slice(4), id.slice(4));
    expect((await here.events(keptId)).items.slice(0, events.length).map((event) => own(JSON.stringify(event)))).toEqual(
      events.map((event) => JSON.stringify(event)),
    );
    expect(await exported(here, id)).toBe(file);
  });

  it('leaves the snapshots of what it was to the trash, when it is replaced', async () => {
    const { id, file } = await conflict('pictured');
    const { id: snapshotId } = await here.browser.json<CreatedSnapshot>(`/api/sessions/${id}/snapshots`, {
      body: { entries: [] },
    });
    await bring(here, file, '&onConflict=replace');
    await expect.poll(() => here.room(id).events(0, 10, 1000)).toMatchObject({ from: 'archive' });
    const kept = await here.browser.json<SnapshotList>(`/api/sessions/${id}/snapshots`);
    expect(kept.items).toEqual([]);
    const { items } = await here.browser.json<Page<TrashItem>>('/api/trash?kind=snapshot');
    expect(items).toContainEqual(expect.objectContaining({ id: snapshotId, deletedBy: here.account.user.id }));
  });

  it('is not replaced while it runs, nor by whoever may not delete', async () => {
    const id = await newSession(here, 'live', story.slice(0, 3));
    const file = (await exported(here, id)).replace('list the files', 'else');
    expect((await refused(here, file, '&onConflict=replace')).errors).toEqual([
      { path: 'sessions[0]', message: expect.stringContaining('what runs is not replaced') },
    ]);
    expect(outcomes(await bring(here, file, '&onConflict=rename'))).toEqual(['renamed']);
  });
});

describe('a file that comes in parts', () => {
  it('has a session find its parent that an earlier part brought, and no other by what a part says', async () => {
    const parent = await newSession(here, 'of another part', story);
    const first = await bring(there, await exported(here, parent));
    const child = JSON.parse(await exported(here, await newSession(here, 'of this part', story))) as ExportDocument;
    const below = (name: string, elsewhere: Record<string, string>) => {
      const [one] = structuredClone(child.sessions);
      if (!one) throw new Error('there is no session');
      one.session = { ...one.session, externalId: name, parentId: parent };
      return JSON.stringify({ ...child, elsewhere, sessions: [one] });
    };
    const parentOf = async (part: string) => {
      const [made] = (await bring(there, part)).sessions;
      return (await there.browser.json<SessionSummary>(`/api/sessions/${made?.sessionId}`)).parentId;
    };
    const copy = first.sessions[0]?.sessionId ?? '';
    expect(await parentOf(below('told', { [parent]: copy }))).toBe(copy);
    // Of another organization.
    expect(await parentOf(below('told wrongly', { [parent]: parent }))).toBeNull();
    const { errors } = await refused(there, below('no id', { [parent]: 'anything' }));
    expect(errors).toEqual([{ path: `elsewhere.${parent}`, message: 'This is no id of a session.' }]);
  });

  it('names no more sessions of others than a part may', async () => {
    const id = (n: number) =>
      `ses_${n
        .toString()
        .padStart(20, '0')
        .replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')}`;
    const many = Object.fromEntries(Array.from({ length: limits.maxElsewhereSessions + 1 }, (_, n) => [id(n), id(n)]));
    const part = JSON.stringify({ format: 'flightdeck.sessions', version: 1, elsewhere: many, sessions: [] });
    const { errors } = await refused(there, part);
    expect(errors).toContainEqual({ path: 'elsewhere', message: 'A part names at most 5000 sessions of others.' });
  });
});

describe('a file that names a session of an earlier one', () => {
  const childOf = async (rig: Rig, name: string, parentId: string) => {
    const document = JSON.parse(await exported(rig, await newSession(rig, name, story))) as ExportDocument;
    for (const { session } of document.sessions) session.parentId = parentId;
    return JSON.stringify(document);
  };
  const parentOf = async (rig: Rig, report: ImportReport) =>
    (await rig.browser.json<SessionSummary>(`/api/sessions/${report.sessions[0]?.sessionId}`)).parentId;
  const idIn = (report: ImportReport) => report.sessions[0]?.sessionId;

  it('has it as its parent, as what it was imported', async () => {
    const parent = await newSession(here, 'of an earlier file', story);
    const first = await bring(there, await exported(here, parent));
    expect((await there.browser.json<SessionSummary>(`/api/sessions/${idIn(first)}`)).imported?.from).toBe(parent);
    expect(await parentOf(there, await bring(there, await childOf(here, 'of a later file', parent)))).toBe(idIn(first));
  });

  it('has none where that came to another organization, or never came', async () => {
    const parent = await newSession(here, 'that never came', story);
    expect(await parentOf(there, await bring(there, await childOf(here, 'without a parent', parent)))).toBeNull();
  });

  it('has the last that came where it came twice, and the very one where it was brought back', async () => {
    const parent = await newSession(here, 'of two files', story);
    await bring(there, await exported(here, parent));
    await here.batch('of two files', [{ type: 'message', text: 'One more word.' }]);
    const other = await bring(there, await exported(here, parent), '&onConflict=rename');
    expect(await parentOf(there, await bring(there, await childOf(here, 'of a third file', parent)))).toBe(idIn(other));
    const copied = await bring(here, await exported(there, idIn(other) ?? ''), '&onConflict=rename');
    expect(copied.sessions).toHaveLength(1);
    expect(await parentOf(here, await bring(here, await childOf(there, 'brought back', parent)))).toBe(parent);
  });
});

describe('parents that go round in a circle', () => {
  const withParent = (text: string, parentId: string): ExportDocument['sessions'] => {
    const { sessions } = JSON.parse(text.replace('list the files', `below ${parentId}`)) as ExportDocument;
    return sessions.map((one) => ({ ...one, session: { ...one.session, parentId } }));
  };
  const parentOf = async (rig: Rig, id: string) => (await rig.browser.json<SessionSummary>(`/api/sessions/${id}`)).parentId;

  it('are cut where a file closes the circle, and where a second file would', async () => {
    const [a, b] = [await newSession(here, 'round a', story), await newSession(here, 'round b', story)];
    const document = JSON.parse(await exported(here, a)) as ExportDocument;
    const [one, other] = [withParent(await exported(here, a), b), withParent(await exported(here, b), a)];
    const { sessions } = await bring(there, JSON.stringify({ ...document, sessions: [...one, ...other] }));
    const [copyA = '', copyB = ''] = sessions.map(({ sessionId }) => sessionId);
    expect([await parentOf(there, copyA), await parentOf(there, copyB)]).toEqual([copyB, null]);

    await bring(here, JSON.stringify({ ...document, sessions: one }), '&onConflict=replace');
    await bring(here, JSON.stringify({ ...document, sessions: other }), '&onConflict=replace');
    expect([await parentOf(here, a), await parentOf(here, b)]).toEqual([b, null]);
  });
});

describe('an import that breaks off', () => {
  it('leaves no session, and its parts are gone within the hour', async () => {
    const id = 'ses_aaaaaaaaaaaaaaaaaaaa';
    const room = here.room(id);
    await room.stage('import 1', 0, [{ first: 1, last: 1, events: '{"seq":1}' }]);
    expect(await room.summary()).toBeNull();
    expect(await room.stage('import 2', 1, [])).toBe(false);
    expect(await room.stage('import 1', 0, [])).toBe(true);
    await evictDurableObject(room);
    expect(await here.room(id).stage('import 1', 1, [{ first: 2, last: 2, events: '{"seq":2}' }])).toBe(true);
    await here.later(id, 2);
    await here.later(id, 2);
    expect(await here.room(id).stage('import 1', 2, [])).toBe(false);
    expect(await here.room(id).summary()).toBeNull();
  });
});

describe('a file is refused as a whole', () => {
  it('with every problem and its place, and nothing of it is there', async () => {
    const good = JSON.parse(await exported(here, await newSession(here, 'good', story))) as ExportDocument;
    const bad = JSON.parse(await exported(here, await newSession(here, 'bad', story))) as ExportDocument;
    const [one] = bad.sessions;
    Object.assign(one?.events[2] ?? {}, { type: 'nope', seq: 2 });
    const file = JSON.stringify({ ...good, sessions: [...good.sessions, ...bad.sessions] });
    const refusal = await refused(there, file);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid', detail: expect.stringContaining('nothing was imported') });
    expect(refusal.errors.map(({ path }) => path)).toEqual(['sessions[1].events[2].type']);
    expect(await there.sessionOf('tester', 'good')).toBeNull();
  });

  it('where it goes nowhere', async () => {
    const file = await exported(here, await newSession(here, 'nowhere', story));
    const headers = { origin, cookie: cookieOf(there) };
    const response = await there.fetch(`${origin}/api/imports`, { method: 'POST', headers, body: file });
    expect(await response.json()).toMatchObject({ errors: [{ path: 'sessions[0].session.projectId' }] });
    const foreign = await there.fetch(`${origin}/api/imports?project=${here.account.project.id}`, {
      method: 'POST',
      headers,
      body: file,
    });
    expect(await foreign.json()).toMatchObject({ errors: [{ path: 'project', message: 'There is no such project.' }] });
  });

  it.each<[string, () => BodyInit, string]>([
    ['nothing', () => '', 'empty'],
    ['no text', () => new Uint8Array([0x7b, 0xff, 0xfe]), 'UTF-8'],
    ['damaged gzip', () => gzipSync('{}').fill(7, 12), 'damaged'],
    ['truncated gzip', () => gzipSync('x'.repeat(10_000)).subarray(0, 30), 'damaged'],
    ['a bomb', () => gzipSync(Buffer.alloc(limits.maxImportPlainBytes + 1, ' ')), 'unpacks to more than'],
    ['more than is taken', () => new Uint8Array(limits.maxImportBytes + 1), 'at most'],
  ])('of %s', async (_what, body, words) => {
    const { detail, errors } = await refused(there, body());
    expect([detail, ...errors.map(({ message }) => message)].join(' ')).toContain(words);
  });
});
