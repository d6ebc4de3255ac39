import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { ComparedFile, Comparison } from '../../../wire/comparison.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { CreatedSnapshot, ManifestEntry } from '../../../wire/snapshot.ts';
import { readLog } from '../../../worker/routes/archive/read-log.ts';
import { pack } from '../../../worker/store/archive/packing.ts';
import { refusal } from '../identity/client.ts';
import { bytesOf, makeArchiveRig, packOf, recordOf } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
beforeAll(async () => {
  rig = await makeArchiveRig('Compare');
});

async function newSession(name: string, events: object[]): Promise<string> {
  return (await (await rig.batch(name, events)).json<IngestAnswer>()).sessionId;
}

let calls = 0;
function call(tool: string, input: object, end = 'tool.finished'): object[] {
  calls += 1;
  const toolUseId = `t${calls}`;
  return [
    { type: 'tool.started', tool, toolUseId, input },
    { type: end, tool, toolUseId },
  ];
}
const write = (file_path: string, content: string) => call('Write', { file_path, content });
const bash = (command: string, end?: string) => call('Bash', { command }, end);

async function snapshot(sessionId: string, files: Record<string, Uint8Array | string>): Promise<string> {
  const records = Object.entries(files).map(([path, content]) => ({
    path,
    ...pack(typeof content === 'string' ? bytesOf(content) : content),
  }));
  if (records.length > 0) expect((await rig.put(packOf(records))).status).toBe(200);
  const entries = records
    .map(({ path, hash, size }): ManifestEntry => ({ type: 'file', path, size, mode: 0o644, hash }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const made = await rig.browser.json<CreatedSnapshot>(`/api/sessions/${sessionId}/snapshots`, { body: { entries } });
  return made.id;
}

const compared = async (a: string, b: string) => Comparison.parse(await rig.browser.json(`/api/compare?a=${a}&b=${b}`));
const fileOf = async (a: string, b: string, path: string) =>
  ComparedFile.parse(await rig.browser.json(`/api/compare/file?a=${a}&b=${b}&path=${encodeURIComponent(path)}`));
const patch = (query: string) => rig.browser.call(`/api/compare/patch?${query}`);

const first = [
  { type: 'prompt', text: 'Fix the login race' },
  ...call('Read', { file_path: 'login.ts' }),
  ...write('login.ts', 'lock();\n'),
  ...bash('npm test', 'tool.failed'),
  { type: 'message', text: 'I took a lock.' },
];
const second = [
  { type: 'prompt', text: 'Fix the login race' },
  ...call('Read', { file_path: 'login.ts' }),
  ...call('Grep', { pattern: 'race' }),
  ...write('login.ts', 'queue();\n'),
  ...write('queue.ts', 'new\n'),
  ...bash('npm test'),
];

describe('two sessions', () => {
  it('are compared by their figures, tools, edits and ways', async () => {
    const [a, b] = [await newSession('first', first), await newSession('second', second)];
    const { a: left, b: right, tools, files, path } = await compared(a, b);
    expect(left).toMatchObject({
      sessionId: a,
      outcome: 'I took a lock.',
      snapshot: null,
      eventsRead: first.length,
      eventsLeftOut: 0,
    });
    expect([left.figures?.toolCallCount, left.figures?.errorCount]).toEqual([3, 1]);
    expect([right.figures?.toolCallCount, right.figures?.errorCount, right.outcome]).toEqual([5, 0, null]);
    expect(tools.onlyB).toEqual([{ tool: 'Grep', calls: 1, failed: 0, refused: 0 }]);
    expect(tools.common.map(({ tool, a: one, b: other }) => [tool, one.calls, other.calls])).toEqual([
      ['Write', 1, 2],
      ['Bash', 1, 1],
      ['Read', 1, 1],
    ]);
    expect(files).toEqual({
      from: 'edits',
      items: [
        { path: 'login.ts', editsA: 1, editsB: 1 },
        { path: 'queue.ts', editsA: 0, editsB: 1 },
      ],
      leftOut: 0,
    });
    expect(path.rows.map((row) => [row.a?.target, row.b?.target, row.same])).toEqual([
      ['login.ts', 'login.ts', true],
      [undefined, '', false],
      ['login.ts', 'login.ts', true],
      [undefined, 'queue.ts', false],
      ['npm test', 'npm test', true],
    ]);
    expect(await fileOf(a, b, 'login.ts')).toEqual({
      ...{ path: 'login.ts', from: 'edits' },
      a: { kind: 'text', text: 'lock();\n' },
      b: { kind: 'text', text: 'queue();\n' },
    });
    expect(await fileOf(a, b, 'queue.ts')).toMatchObject({ a: { kind: 'absent' }, b: { text: 'new\n' } });
  });

  it('come to the same once they are archived', async () => {
    const [a, b] = [await newSession('archived', [...first, { type: 'session.ended' }]), await newSession('live', second)];
    const before = await compared(a, b);
    await rig.later(a, 2);
    await rig.later(a, 3);
    expect(await rig.room(a).events(0, 10, 1000)).toMatchObject({ from: 'archive' });
    expect((await compared(a, b)).path).toEqual(before.path);
    expect(await fileOf(a, b, 'login.ts')).toMatchObject({ a: { text: 'lock();\n' } });
  });

  it('are read page by page, in order, and no further than they are compared', async () => {
    const many = Array.from({ length: 500 }, () => ({ type: 'notification', text: 'x' }));
    const id = await newSession('long', many);
    for (let sent = 500; sent < 1500; sent += 500) await rig.batch('long', many);
    const seqs: number[] = [];
    await readLog(env, rig.place.organizationId, { id, upTo: 1200 }, ({ seq }) => seqs.push(seq));
    expect(seqs).toEqual(Array.from({ length: 1200 }, (_, i) => i + 1));
  });

  it('can be read as Markdown', async () => {
    const [a, b] = [await newSession('markdown a', first), await newSession('markdown b', second)];
    const response = await rig.browser.call(`/api/compare?a=${a}&b=${b}&format=markdown`);
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const text = await response.text();
    expect(text).toMatch(/^# Fix the login race ↔ Fix the login race\n/);
    expect(text).toContain('| Errors | 1 | 0 | −1 |');
    expect(text).toContain('| Grep | – | 1 | only B |');
    expect(text).toContain('| queue.ts | 0 | 1 |');
    expect(text).toContain('| 6. Bash npm test (failed) | = | 10. Bash npm test |');
  });
});

describe('snapshots', () => {
  it('tell which files were added, removed and changed, and what is in them', async () => {
    const id = await newSession('snapshots', first);
    const before = await snapshot(id, { 'a.txt': 'one\n', 'gone.txt': 'bye\n', 'same.txt': 'same\n', 'big.txt': 'x' });
    const after = await snapshot(id, {
      'a.txt': 'two\n',
      'same.txt': 'same\n',
      'new.bin': Uint8Array.of(0, 1, 2),
      'big.txt': 'y'.repeat(limits.maxComparedTextBytes + 1),
    });
    const { a, b, files } = await compared(before, after);
    expect(a).toMatchObject({ sessionId: id, figures: null, outcome: null, snapshot: { id: before } });
    expect(b).toMatchObject({ snapshot: { id: after } });
    expect(files).toMatchObject({
      from: 'snapshots',
      unchanged: 1,
      items: [
        { path: 'a.txt', change: 'changed' },
        { path: 'big.txt', change: 'changed' },
        { path: 'gone.txt', change: 'removed', sizeA: 4, sizeB: null },
        { path: 'new.bin', change: 'added', sizeA: null, sizeB: 3 },
      ],
    });
    expect(await fileOf(before, after, 'a.txt')).toMatchObject({ from: 'snapshots', a: { text: 'one\n' }, b: { text: 'two\n' } });
    expect(await fileOf(before, after, 'new.bin')).toMatchObject({ a: { kind: 'absent' }, b: { kind: 'binary', size: 3 } });
    expect(await fileOf(before, after, 'big.txt')).toMatchObject({ b: { kind: 'too_large' } });
  });

  it('are of the latest one for a session, and of the log up to it for a snapshot', async () => {
    const id = await newSession('latest', first.slice(0, 3));
    const early = await snapshot(id, { 'a.txt': 'one\n' });
    await rig.batch('latest', first.slice(3));
    const late = await snapshot(id, { 'a.txt': 'two\n' });
    const { a, b, path } = await compared(early, id);
    expect(a).toMatchObject({ eventsRead: 3, eventsLeftOut: 0 });
    expect(b).toMatchObject({ snapshot: { id: late } });
    expect(path.rows.map((row) => row.a?.tool)).toEqual(['Read', undefined, undefined]);
  });

  it('of two projects are compared all the same', async () => {
    const other = await rig.browser.json<{ id: string }>('/api/projects', { body: { name: 'Other' } });
    const { token } = await rig.browser.json<{ token: string }>(`/api/projects/${other.id}/ingest-tokens`, {
      body: { name: 'x' },
    });
    const answer = await rig.post(
      '/hooks/events',
      { agent: 'tester', sessionId: 'elsewhere', events: second },
      { authorization: `Bearer ${token}` },
    );
    const { sessionId } = await answer.json<IngestAnswer>();
    const record = recordOf('theirs\n');
    await rig.sendBytes('PUT', `/api/projects/${other.id}/contents`, packOf([record]));
    const entries = [{ type: 'file', path: 'a.txt', size: record.size, mode: 0o755, hash: record.hash }];
    await rig.browser.json(`/api/sessions/${sessionId}/snapshots`, { body: { entries } });
    const here = await newSession('here', first);
    await snapshot(here, { 'a.txt': 'ours\n' });
    expect(await fileOf(here, sessionId, 'a.txt')).toMatchObject({ a: { text: 'ours\n' }, b: { text: 'theirs\n' } });
    expect(await (await patch(`a=${here}&b=${sessionId}`)).text()).toContain('new mode 100755');
  });
});

describe('a patch', () => {
  it('leads from the files of A to those of B, and of one session from its first snapshot to its last', async () => {
    const id = await newSession('patched', first);
    const before = await snapshot(id, { 'a.txt': 'one\n', 'gone.txt': 'bye\n' });
    await snapshot(id, { 'a.txt': 'between\n' });
    const after = await snapshot(id, { 'a.txt': 'two\n', 'new.bin': Uint8Array.of(0, 1) });
    const response = await patch(`a=${before}&b=${after}`);
    expect(response.headers.get('content-type')).toBe('text/x-diff; charset=utf-8');
    const text = await response.text();
    expect(text).toMatch(/^diff --git a\/a.txt b\/a.txt\n--- a\/a.txt\n\+\+\+ b\/a.txt\n@@ -1,1 \+1,1 @@\n-one\n\+two\n/);
    expect(text).toContain('deleted file mode 100644\n--- a/gone.txt\n+++ /dev/null\n');
    expect(text).toContain('GIT binary patch\nliteral 2\n');
    expect(await (await patch(`a=${id}`)).text()).toBe(text);
    expect(await (await patch(`a=${after}&b=${after}`)).text()).toBe('');
  });

  it('holds a file of many parts', async () => {
    const id = await newSession('parts', first);
    const parts = [new Uint8Array(limits.maxContentBytes), new Uint8Array(10).fill(7)].map(pack);
    expect((await rig.put(packOf(parts))).status).toBe(200);
    const size = limits.maxContentBytes + 10;
    const entry = {
      type: 'file',
      path: 'large',
      size,
      mode: 0o644,
      hash: recordOf('whole').hash,
      parts: parts.map(({ hash }) => hash),
    };
    const empty = await snapshot(id, {});
    const large = await rig.browser.json<CreatedSnapshot>(`/api/sessions/${id}/snapshots`, { body: { entries: [entry] } });
    expect(await (await patch(`a=${empty}&b=${large.id}`)).text()).toContain(`\nliteral ${size}\n`);
  });

  it('is refused before it begins where it would be too large', async () => {
    const id = await newSession('too large', first);
    const record = pack(new Uint8Array(limits.maxContentBytes));
    expect((await rig.put(packOf([record]))).status).toBe(200);
    const file = (path: string, count: number) => ({
      ...{ type: 'file', path, size: count * record.size, mode: 0o644, hash: recordOf(path).hash },
      ...(count === 1 ? { hash: record.hash } : { parts: Array.from({ length: count }, () => record.hash) }),
    });
    const take = async (entries: object[]) =>
      (await rig.browser.json<CreatedSnapshot>(`/api/sessions/${id}/snapshots`, { body: { entries } })).id;
    const empty = await take([]);
    expect(await refusal(await patch(`a=${empty}&b=${await take([file('a', 3)])}`))).toEqual([413, 'too_large']);
    const many = Array.from({ length: 9 }, (_, i) => file(`f${i}`, 1));
    expect(await refusal(await patch(`a=${empty}&b=${await take(many)}`))).toEqual([413, 'too_large']);
  });
});

describe('a comparison is refused', () => {
  it('of what there is not, of what is no id, and of a file that neither side has', async () => {
    const id = await newSession('refused', first);
    const get = async (path: string) => refusal(await rig.browser.call(`/api/compare${path}`));
    expect(await get(`?a=${id}&b=ses_aaaaaaaaaaaaaaaaaaaa`)).toEqual([404, 'not_found']);
    expect(await get(`?a=${id}&b=snp_none`)).toEqual([404, 'not_found']);
    expect(await get(`?a=${id}`)).toEqual([400, 'invalid']);
    expect(await get(`?a=${id}&b=../x`)).toEqual([400, 'invalid']);
    expect(await get(`?a=${id}&b=${id}&format=pdf`)).toEqual([400, 'invalid']);
    expect(await get(`/file?a=${id}&b=${id}&path=none`)).toEqual([404, 'not_found']);
    expect(await get(`/patch?a=${id}`)).toEqual([409, 'conflict']);
    expect(await get(`/patch?a=${await snapshot(id, {})}`)).toEqual([400, 'invalid']);
    expect(
      (await env.ARCHIVE.list({ prefix: `${rig.place.organizationId}/sessions/${id}/` })).objects,
      'nothing is written',
    ).toEqual([]);
  });
});
