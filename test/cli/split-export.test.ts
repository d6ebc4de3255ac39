import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ImportFiles } from '../../cli/transfer/import-files.ts';
import { joinedJson, joinedMarkdown } from '../../cli/transfer/join-export.ts';
import { type Piece, piecesOf, sessionsIn } from '../../cli/transfer/split-export.ts';
import { ExportDocument, exportHead, exportTail } from '../../wire/export.ts';

const folder = mkdtempSync(join(tmpdir(), 'split-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(bytes: string | Uint8Array, ending = 'json'): string {
  const file = join(folder, `${crypto.randomUUID()}.${ending}`);
  writeFileSync(file, bytes);
  return file;
}

interface Named {
  n: number;
  events: string[];
  parent?: number | null;
}

const idOf = (n: number) => `ses_${String.fromCharCode(97 + (n % 26)).repeat(19)}${String.fromCharCode(97 + Math.floor(n / 26))}`;

/** A session as the server writes it. */
function sessionText({ n, events, parent = null }: Named): string {
  const session = { id: idOf(n), externalId: `own-${n}`, agent: 'tester', parentId: parent === null ? null : idOf(parent) };
  const lines = events.map((text, at) => `\n${JSON.stringify({ seq: at + 1, text })}`).join(',');
  return `\n{"session":${JSON.stringify(session)},"events":[${lines}\n]}`;
}

const documentOf = (sessions: readonly Named[]) => exportHead + sessions.map(sessionText).join(',') + exportTail;

const anySessions = fc
  .array(fc.array(fc.oneof(fc.string(), fc.constantFrom('\u2028', ']}', ']},', 'ä\n', '{"session":')), { maxLength: 5 }), {
    maxLength: 9,
  })
  .map((all) => all.map((events, n) => ({ n, events })));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const textOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await all(chunks)).toString();

/** In chunks that end anywhere. */
async function* streamed(text: string, every: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += every) yield bytes.subarray(at, at + every);
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

const plainText = ({ bytes }: Piece) => gunzipSync(bytes).toString();

describe('a JSON export in parts', () => {
  it('is, joined, the one that all of its sessions would be, and is split into the same again', async () => {
    await fc.assert(
      fc.asyncProperty(anySessions, fc.nat(4), fc.integer({ min: 1, max: 30 }), async (sessions, cut, every) => {
        const parts = [sessions.slice(0, cut), sessions.slice(cut)].map((part) => streamed(documentOf(part), every));
        const whole = await textOf(joinedJson(each(parts)));
        expect(whole).toBe(documentOf(sessions));
        const pieces = await all(piecesOf(written(whole), undefined, { sessions: 2, bytes: 1000 }));
        expect(await textOf(joinedJson(each(pieces.map((piece) => streamed(plainText(piece), every)))))).toBe(whole);
        expect(pieces.flatMap((piece) => piece.sessions.map(({ id }) => id))).toEqual(sessions.map(({ n }) => idOf(n)));
        expect(pieces.every((piece) => piece.sessions.length <= 2)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where any part ends early, above all behind the line of a session', async () => {
    const text = documentOf([0, 1, 2].map((n) => ({ n, events: ['one', 'two'] })));
    for (let end = 0; end < text.length; end++) {
      const parts = each([streamed(text.slice(0, end), 7), streamed(documentOf([]), 7)]);
      await expect(textOf(joinedJson(parts)), `cut at ${end}`).rejects.toThrow('A part of the export');
    }
  });

  it('of Markdown stands under each other, without those that are empty', async () => {
    const parts = ['# One\n', '', '# Two\n'].map((text) => streamed(text, 3));
    expect(await textOf(joinedMarkdown(each(parts)))).toBe('# One\n\n---\n\n# Two\n');
  });
});

describe('a file that comes in pieces', () => {
  const size = { sessions: 2, bytes: 100_000 };
  const five = Array.from({ length: 5 }, (_, n) => ({ n, events: ['some'], parent: n === 4 ? 0 : null }));

  it('is never held to be whole where it was cut between two lines', async () => {
    const lines = documentOf(five).split('\n').slice(0, -1);
    for (let count = 1; count < lines.length; count++)
      for (const end of ['', '\n'])
        for (const gz of [false, true]) {
          const text = lines.slice(0, count).join('\n') + end;
          const file = gz ? written(gzipSync(text), 'json.gz') : written(text);
          await expect(sessionsIn(file), `${count} lines`).rejects.toThrow('The end of');
        }
    const damaged = gzipSync(documentOf(five)).subarray(0, -20);
    await expect(sessionsIn(written(damaged, 'json.gz'))).rejects.toThrow('The end of');
  });

  it('has each piece say what the sessions that it names are called that came before', async () => {
    const here = new Map(five.map(({ n }) => [idOf(n), idOf(n + 10)]));
    const pieces = (await all(piecesOf(written(documentOf(five)), here, size))).map(plainText);
    const heads = pieces.map((text) => JSON.parse(text).elsewhere);
    expect(heads).toEqual([undefined, undefined, { [idOf(0)]: idOf(10) }]);
    expect(ExportDocument.shape.elsewhere.parse(heads[2])).toEqual(heads[2]);
  });

  it('is left to the server where it is none of ours, cannot be read, or is small', async () => {
    const others = ['{}', '', '{"type":"user"}\n', `${exportHead}\nnonsense\n`, documentOf(five).replace(']}\n', ']}\n\n')];
    for (const text of others) expect(await sessionsIn(written(text)), text).toBeNull();
    expect(await sessionsIn(join(folder, 'none.json'))).toBeNull();
    expect(await sessionsIn(written('no gzip', 'json.gz'))).toBeNull();
    for (const sessions of [[], five.slice(0, 2)]) {
      const files = await ImportFiles.of([written(documentOf(sessions))], size);
      expect(files.areOne).toBe(true);
      expect(await all(files.parts())).toHaveLength(1);
    }
  });

  it('comes beside others, each part with its place in its own file', async () => {
    const [one, other] = [written(documentOf(five)), written(documentOf([{ n: 9, events: [] }]))];
    const files = await ImportFiles.of([one, other], size);
    expect(files.areOne).toBe(false);
    const parts = await all(files.parts());
    expect(parts.map(({ file, first }) => [file === one, first])).toEqual([
      [true, 0],
      [true, 2],
      [true, 4],
      [false, 0],
    ]);
  });

  it('is refused where a session is there twice, in whichever pieces', async () => {
    const twice = [...five, { n: 0, events: ['other'] }];
    await expect(ImportFiles.of([written(documentOf(twice))], size)).rejects.toThrow('own-0 of tester is there twice');
  });
});
