import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { FileHistory } from '../../../worker/domain/archive/file-history.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { draft, finish, sessionOf, start } from '../session-run.ts';

const cwd = '/home/dev/app';

function textAfter(drafts: Draft[], path = 'a.txt') {
  const history = new FileHistory(path, cwd);
  for (const event of sessionOf(drafts).events) history.read(event);
  return history.text();
}

let calls = 0;
/** A call that was begun and done. */
function call(tool: string, input: unknown, output?: unknown): Draft[] {
  calls += 1;
  return [start(`t${calls}`, tool, { input }), finish(`t${calls}`, tool, { output })];
}
const file_path = `${cwd}/a.txt`;
const write = (content: string) => call('Write', { file_path, content });
const edit = (old_string: string, new_string: string, more: object = {}, output?: object) =>
  call('Edit', { file_path, old_string, new_string, ...more }, output);

describe('a file through a log', () => {
  it('is what was written and edited', () => {
    expect(
      textAfter([...write('one\ntwo\ntwo\n'), ...edit('one', '$& and more'), ...edit('two', '2', { replace_all: true })]),
    ).toEqual({
      kind: 'text',
      text: '$& and more\n2\n2\n',
    });
  });

  it('is known whole where the agent tells what it was before', () => {
    const output = { originalFile: 'one\ntwo\n' };
    expect(textAfter(edit('two', 'three', {}, output))).toEqual({ kind: 'text', text: 'one\nthree\n' });
    const edits = [
      { old_string: 'one', new_string: '1' },
      { old_string: 'two', new_string: '2' },
    ];
    expect(textAfter(call('MultiEdit', { file_path, edits }, output))).toEqual({ kind: 'text', text: '1\n2\n' });
  });

  it('is the pieces that the edits put in, where no more is told', () => {
    expect(textAfter([...edit('a', 'b'), ...edit('c', 'd')])).toEqual({ kind: 'pieces', pieces: ['b', 'd'], leftOut: 0 });
    expect(textAfter([...write('x'), ...edit('not there', 'y')])).toEqual({ kind: 'pieces', pieces: ['y'], leftOut: 0 });
    const many = Array.from({ length: limits.maxComparedPieces + 2 }, (_, i) => edit('a', `piece ${i}`)).flat();
    expect(textAfter(many)).toMatchObject({ kind: 'pieces', leftOut: 2 });
  });

  it('is unknown where a tool only names it, and absent where no call that ended well touched it', () => {
    expect(textAfter(call('NotebookEdit', { notebook_path: file_path, new_source: 'x' }))).toEqual({ kind: 'unknown' });
    expect(textAfter(call('Read', { file_path }))).toEqual({ kind: 'absent' });
    expect(textAfter(write('other'), 'b.txt')).toEqual({ kind: 'absent' });
    const failed = [
      start('t', 'Write', { input: { file_path, content: 'x' } }),
      draft('tool.failed', { tool: 'Write', toolUseId: 't' }),
    ];
    expect(textAfter(failed)).toEqual({ kind: 'absent' });
  });

  it('follows the patches of Codex', () => {
    const patch = (...lines: string[]) =>
      call('apply_patch', { command: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') });
    const added = patch('*** Add File: a.txt', '+one', '+two', '*** Add File: b.txt', '+other');
    expect(textAfter(added)).toEqual({ kind: 'text', text: 'one\ntwo\n' });
    const changed = [...added, ...patch('*** Update File: a.txt', '@@', ' one', '-two', '+three', '+four')];
    expect(textAfter(changed)).toEqual({ kind: 'text', text: 'one\nthree\nfour\n' });
    expect(textAfter([...changed, ...patch('*** Delete File: a.txt')])).toEqual({ kind: 'deleted' });
    expect(textAfter([...changed, ...patch('*** Update File: a.txt', '*** Move to: c.txt')])).toEqual({ kind: 'deleted' });
  });

  it('does not grow beyond the cap, however it is edited', () => {
    const text = 'ab'.repeat(limits.maxComparedTextBytes / 2);
    expect(textAfter([...write(text), ...edit('a', 'aa', { replace_all: true })])).toMatchObject({ kind: 'too_large' });
    expect(textAfter(write(`${text}c`))).toMatchObject({ kind: 'too_large' });
  });

  it('is not followed for longer than a Worker has time, until it is written anew', () => {
    const text = 'a'.repeat(limits.maxComparedTextBytes);
    const edits = Array.from({ length: limits.maxComparedSearch / limits.maxComparedTextBytes }, () => ({
      old_string: 'a',
      new_string: 'b',
    }));
    const { events } = sessionOf([
      ...call('MultiEdit', { file_path, edits: edits.slice(1) }, { originalFile: text }),
      ...edit('b', 'c'),
      ...edit('', 'more'),
      ...write('new'),
    ]);
    const history = new FileHistory('a.txt', cwd);
    const kinds = events.map((event) => {
      history.read(event);
      return history.text().kind;
    });
    expect(kinds.filter((_, n) => n % 2 === 1)).toEqual(['text', 'too_many_edits', 'too_many_edits', 'text']);
  });

  it('is what the same edits make of a text', () => {
    const word = fc.constantFrom('a', 'b', 'ab', 'c\n');
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(word, word, fc.boolean()), { maxLength: 5 }),
        (words, edits) => {
          let text = words.join('');
          const done = edits.filter(([before, after, replace_all]) => {
            const isThere = text.includes(before);
            text = replace_all ? text.replaceAll(before, () => after) : text.replace(before, () => after);
            return isThere;
          });
          const drafts = [
            ...write(words.join('')),
            ...done.flatMap(([before, after, replace_all]) => edit(before, after, { replace_all })),
          ];
          expect(textAfter(drafts)).toEqual({ kind: 'text', text });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes whatever an agent sends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Write', 'Edit', 'apply_patch', 'mcp__x__save'),
        fc.jsonValue(),
        fc.jsonValue(),
        (tool, input, output) => {
          const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { edits: input };
          expect(textAfter(call(tool, { ...fields, file_path }, output)).kind).toBeTruthy();
        },
      ),
      { numRuns: 40 },
    );
  });
});
