import { beforeAll, describe, expect, it } from 'vitest';
import { ExportDocument } from '../../../wire/export.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { makeRig } from '../../rooms/rig.ts';
import { refusal } from '../identity/client.ts';

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
    expect(Object.keys(schema.properties)).toEqual(['format', 'version', 'sessions']);
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

describe('an export is refused', () => {
  it('in a format that there is not, and of a session that there is not', async () => {
    const id = await newSession('refused', story);
    expect(await refusal(await exported(id, 'pdf'))).toEqual([400, 'invalid']);
    expect(await refusal(await exported('ses_none', 'json'))).toEqual([404, 'not_found']);
  });
});
