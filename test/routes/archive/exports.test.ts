import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExportDocument } from '../../../wire/export.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { makeRig } from '../../rooms/rig.ts';
import { refusal } from '../identity/client.ts';
import { makeArchiveRig, recordOf } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Exports');
});

async function newSession(name: string, events: object[]): Promise<string> {
  return (await (await rig.batch(name, events)).json<IngestAnswer>()).sessionId;
}

const story = [
  { type: 'prompt', text: 'list the files' },
  { type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'ls' } },
  { type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: 'a.txt' },
  { type: 'session.ended' },
];

const exported = (id: string, format: string) => rig.browser.call(`/api/sessions/${id}/export?format=${format}`);

describe('a session as JSON', () => {
  it('is its summary and all its events, as the published schema says', async () => {
    const id = await newSession('json', story);
    const response = await exported(id, 'json');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}.json"`);
    const document = ExportDocument.parse(await response.json());
    expect(document.sessions).toHaveLength(1);
    expect(document.sessions[0]?.session).toMatchObject({ id, externalId: 'json', lastSeq: 4, status: 'completed' });
    expect(document.sessions[0]?.events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'prompt'],
      [2, 'tool.started'],
      [3, 'tool.finished'],
      [4, 'session.ended'],
    ]);
    const schema = await rig.browser.json<{ properties: object }>('/api/export-schema');
    expect(Object.keys(schema.properties)).toEqual(['format', 'version', 'elsewhere', 'sessions']);
  });

  it('is the same bytes before and after it was archived, a line for each event', async () => {
    const id = await newSession('archived', story);
    // What has changed until the room tells D1 is told.
    const live = await (await exported(id, 'json')).text();
    await rig.later(id, 2);
    await rig.later(id, 3);
    const events = await rig.room(id).events(0, 10, 1000);
    expect(events).toMatchObject({ from: 'archive' });
    expect(await (await exported(id, 'json')).text()).toBe(live);
    expect(live.split('\n')).toHaveLength(1 + 1 + story.length + 1 + 1 + 1);
  });

  it('of many pages is whole', async () => {
    const events = Array.from({ length: 500 }, (_, i) => ({ type: 'message', text: `${i} `.repeat(200) }));
    const id = await newSession('long', events);
    for (let i = 0; i < 3; i++) await newSession('long', events);
    const { sessions } = ExportDocument.parse(await (await exported(id, 'json')).json());
    expect(sessions[0]?.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  });
});

describe('a session as Markdown', () => {
  it('can be read from its title to its end', async () => {
    const id = await newSession('markdown', story);
    const response = await exported(id, 'markdown');
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const text = await response.text();
    expect(text).toMatch(/^# list the files\n/);
    expect(text).toContain('<details><summary>Output</summary>');
    expect(text).toMatch(/The session ends\*\n$/);
  });
});

describe('several sessions in one file', () => {
  const post = (body: object, of = rig) => of.browser.call('/api/exports', { body });
  const idsIn = async (response: Response) =>
    ExportDocument.parse(await response.json()).sessions.map(({ session }) => session.id);

  it('are in the order of their starts, whatever the order they are asked for in, each once', async () => {
    const ids = [await newSession('first', story), await newSession('second', story), await newSession('third', story)];
    const [first = '', second = '', third = ''] = ids;
    expect(await idsIn(await post({ sessionIds: [third, first, second, first] }))).toEqual(ids);
  });

  it('are all of the organization, or of a project', async () => {
    const other = await makeRig('Exports of all');
    const one = (await (await other.batch('one', story)).json<IngestAnswer>()).sessionId;
    // The list knows of it from its first flush on.
    await other.later(one, 0.1);
    expect(await idsIn(await post({ all: true }, other))).toEqual([one]);
    expect(await idsIn(await post({ all: true, project: other.account.project.id }, other))).toEqual([one]);
    expect(await idsIn(await post({ all: true, project: rig.account.project.id }, other))).toEqual([]);
  });

  it('are refused where one is not there, where none is named, and where both are asked for', async () => {
    const id = await newSession('named', story);
    expect(await refusal(await post({ sessionIds: [id, 'ses_none'] }))).toEqual([404, 'not_found']);
    expect(await idsIn(await post({ sessionIds: [id, 'ses_none'], ifThere: true }))).toEqual([id]);
    expect(await idsIn(await post({ sessionIds: ['ses_none'], ifThere: true }))).toEqual([]);
    expect(await refusal(await post({}))).toEqual([400, 'invalid']);
    expect(await refusal(await post({ sessionIds: [id], all: true }))).toEqual([400, 'invalid']);
    expect(await refusal(await post({ sessionIds: Array.from({ length: 301 }, String) }))).toEqual([400, 'invalid']);
  });
});

describe('an archive', () => {
  it('holds the log, the snapshots and what they hold, each content once, and is the same bytes each time', async () => {
    const archive = await makeArchiveRig('Exports of archives');
    const { sessionId } = await (await archive.batch('archive', story)).json<IngestAnswer>();
    await archive.store('same', 'other');
    const file = (path: string, text: string) => {
      const { hash, size } = recordOf(text);
      return { type: 'file', path, size, mode: 0o644, hash };
    };
    const entries = [file('a.txt', 'same'), file('b.txt', 'same'), file('c.txt', 'other')];
    const snapshot = await archive.browser.json<{ id: string }>(`/api/sessions/${sessionId}/snapshots`, { body: { entries } });
    await archive.browser.json(`/api/sessions/${sessionId}/snapshots`, { body: { entries: entries.slice(0, 1) } });
    const response = await archive.browser.call(`/api/sessions/${sessionId}/export?format=archive`);
    const bytes = await response.arrayBuffer();
    const files = await unpackTar(gunzipSync(bytes));
    const texts = new Map(files.map(({ header, data }) => [header.name, new TextDecoder().decode(data)]));
    const folder = `sessions/${sessionId}`;
    expect([...texts.keys()].filter((name) => !name.includes('/snapshots/'))).toEqual([
      'flightdeck.json',
      `${folder}/session.json`,
      `${folder}/events/000000000001.ndjson`,
      ...['same', 'other'].map((text) => recordOf(text).hash).map((hash) => `contents/${hash.slice(0, 2)}/${hash}`),
    ]);
    const lines = texts.get(`${folder}/events/000000000001.ndjson`)?.trim().split('\n') ?? [];
    expect(lines.map((line) => JSON.parse(line).type).slice(0, 4)).toEqual(story.map(({ type }) => type));
    expect(JSON.parse(texts.get(`${folder}/snapshots/${snapshot.id}.json`) ?? '')).toMatchObject({
      entries,
      snapshot: { id: snapshot.id },
    });
    const again = await archive.browser.call(`/api/sessions/${sessionId}/export?format=archive`);
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(new Uint8Array(bytes));
  });
});

describe('an export is refused', () => {
  it('in a format that there is not, and of a session that there is not', async () => {
    const id = await newSession('refused', story);
    expect(await refusal(await exported(id, 'pdf'))).toEqual([400, 'invalid']);
    expect(await refusal(await exported('ses_none', 'json'))).toEqual([404, 'not_found']);
  });
});
