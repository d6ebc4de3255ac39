import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepAnswer } from '../../cli/transfer/keep-answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = (body: BodyInit, name = 'ses_1.json') =>
  new Response(body, { headers: { 'content-disposition': `attachment; filename="${name}"` } });

const broken = () =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"half":')),
    pull: (controller) => controller.error(new TypeError('terminated')),
  });

describe('an exported file', () => {
  it('is written whole, under the name that was asked for', async () => {
    const file = join(folder, 'whole.json');
    await keepAnswer(answer('{}'), 'https://x', file);
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(readdirSync(folder)).toEqual(['whole.json']);
  });

  it('never takes the place of one that is there', async () => {
    const file = join(folder, 'whole.json');
    writeFileSync(file, 'mine');
    await expect(keepAnswer(answer('{}'), 'https://x', file)).rejects.toThrow('is there already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('that breaks off leaves nothing behind', async () => {
    const file = join(folder, 'half.json');
    await expect(keepAnswer(answer(broken()), 'https://x', file)).rejects.toThrow('cannot be reached');
    expect(readdirSync(folder)).toEqual(['whole.json']);
  });

  it('in a folder that is not there is refused in words', async () => {
    await expect(keepAnswer(answer('{}'), 'https://x', join(folder, 'none/x.json'))).rejects.toThrow('could not be written');
  });
});
