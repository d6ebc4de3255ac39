import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callParts } from '../../../web/models/session/approval-call.ts';

const texts = (tool: string, input: unknown) =>
  callParts(tool, input).map((part) => (part.type === 'edit' ? `edit ${part.edit.path}` : `${part.name ?? ''}: ${part.text}`));

describe('a call that somebody is asked about', () => {
  test('of a shell begins with its command and keeps what stands beside it', () => {
    const input = { description: 'List', timeout: 5000, command: 'ls', dangerouslyDisableSandbox: true };
    expect(texts('Bash', input)).toEqual([': ls', 'description: List', 'timeout: 5000', 'dangerouslyDisableSandbox: true']);
  });

  test('of an unknown tool shows every field, what is nested as JSON', () => {
    expect(texts('mcp__db__run', { sql: 'drop table x', options: { force: [true] }, dry: false, note: null })).toEqual([
      'sql: drop table x',
      'options: {\n  "force": [\n    true\n  ]\n}',
      'dry: false',
      'note: null',
    ]);
  });

  test('of a fetch, a subagent or a plan shows the whole of its words', () => {
    expect(texts('WebFetch', { url: 'https://example.com/?q=1', prompt: 'Read\nit' })).toEqual([
      'url: https://example.com/?q=1',
      'prompt: Read\nit',
    ]);
    expect(texts('Task', { subagent_type: 'general', prompt: 'p'.repeat(9000) })[1]).toHaveLength(9008);
  });

  test('that writes a file shows path and content as a change, and what the change does not tell as fields', () => {
    const [edit, ...rest] = callParts('Edit', { file_path: 'a.ts', old_string: 'a', new_string: 'b', replace_all: true });
    expect(edit).toMatchObject({ type: 'edit', edit: { path: 'a.ts', texts: [{ before: 'a', after: 'b' }] } });
    expect(rest).toEqual([{ type: 'value', name: 'replace_all', text: 'true' }]);
    expect(callParts('Write', { file_path: 'a.ts', content: 'x' })).toMatchObject([{ edit: { texts: [{ after: 'x' }] } }]);
  });

  test('that edits several places says of each what goes beyond its texts', () => {
    const edits = [
      { old_string: 'a', new_string: 'b' },
      { old_string: 'c', new_string: 'd', replace_all: true },
    ];
    expect(texts('MultiEdit', { file_path: 'a.ts', edits })).toEqual(['edit a.ts', 'edit 2: replace_all: true']);
  });

  test('that patches shows the patch itself beside its picture, which drops what it does not know', () => {
    const command = '*** Begin Patch\n*** Delete File: a\n*** Odd: b\n*** End Patch';
    expect(texts('apply_patch', { command })).toEqual(['edit a', `: ${command}`]);
  });

  test('without fields is shown as it came; without input it has no parts', () => {
    expect(texts('Odd', 'words')).toEqual([': words']);
    expect(texts('Odd', [1])).toEqual([': [\n  1\n]']);
    expect(callParts('Odd', undefined)).toEqual([]);
  });

  test('leaves out no text of its input, whichever the tool', () => {
    const tool = fc.constantFrom(
      'Bash',
      'Edit',
      'MultiEdit',
      'Write',
      'NotebookEdit',
      'apply_patch',
      'replace',
      'mcp__a__b',
      'Task',
    );
    const name = fc.constantFrom(
      ...['command', 'cmd', 'file_path', 'path', 'notebook_path', 'content', 'new_source', 'old_string', 'new_string'],
      ...['edits', 'prompt', 'url', 'odd'],
    );
    const edit = fc.dictionary(fc.constantFrom('old_string', 'new_string', 'replace_all'), fc.oneof(fc.string(), fc.boolean()));
    const value = fc.oneof(fc.string(), fc.jsonValue(), fc.array(fc.oneof(edit, fc.jsonValue()), { maxLength: 3 }));
    fc.assert(
      fc.property(tool, fc.dictionary(name, value), (of, input) => {
        const shown = JSON.stringify(callParts(of, input));
        for (const leaf of leavesOf(input)) {
          const once = JSON.stringify(leaf).slice(1, -1);
          // What is nested is JSON in a text, so its characters are escaped twice here.
          const twice = JSON.stringify(once).slice(1, -1);
          expect(shown.includes(once) || shown.includes(twice), leaf).toBe(true);
        }
      }),
      { seed: 20261127, numRuns: 200 },
    );
  });
});

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}
