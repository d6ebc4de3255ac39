import { describe, expect, test } from 'vitest';
import { diffHunks, sideBySide } from '../../../web/models/session/session-diff.ts';
import { countLines, fileEdits } from '../../../web/models/session/session-edits.ts';
import { exitCode, outputText } from '../../../web/models/session/session-output.ts';
import { summarizeTool } from '../../../web/models/session/session-tool.ts';

const home = '/home/dev/project';
const line = (tool: string, input: unknown, output?: unknown) => {
  const { label, subject, detail } = summarizeTool(tool, input, output, home);
  return [label, subject, detail].filter(Boolean).join(' | ');
};

describe('a tool call in one line', () => {
  test.each([
    ['Bash', { command: 'npm test', description: 'Run the tests' }, undefined, 'Bash | npm test | Run the tests'],
    ['run_shell_command', { command: 'ls' }, undefined, 'Shell | ls'],
    ['Read', { file_path: `${home}/a.txt` }, { file: { numLines: 3, startLine: 1, totalLines: 3 } }, 'Read | a.txt | 3 lines'],
    ['Read', { file_path: '/etc/hosts', offset: 10, limit: 5 }, undefined, 'Read | /etc/hosts | lines 10–14'],
    ['Glob', { pattern: '*.txt' }, { numFiles: 1 }, 'Glob | *.txt | 1 found'],
    ['Grep', { pattern: 'lock', path: `${home}/src` }, undefined, 'Grep | lock | in src'],
    ['WebFetch', { url: 'https://example.com/x' }, { code: 200 }, 'WebFetch | https://example.com/x | 200'],
    ['Agent', { description: 'Find callers', subagent_type: 'Explore' }, undefined, 'Agent | Find callers | Explore'],
    ['mcp__calc__add', { a: 2, b: 3 }, undefined, 'calc | add | a: 2, b: 3'],
    ['TaskCreate', { subject: 'Fix the lock' }, undefined, 'TaskCreate | Fix the lock'],
    [
      'TodoWrite',
      {
        todos: [
          { status: 'completed', content: 'a' },
          { status: 'in_progress', content: 'b', activeForm: 'Doing b' },
        ],
      },
      undefined,
      'Todo | 1 of 2 done, now: Doing b',
    ],
    ['Write', { file_path: `${home}/b.txt`, content: 'x\n' }, { type: 'create' }, 'Write | b.txt | new'],
    ['SomethingNew', { mode: 'fast', nested: { a: 1 } }, undefined, 'SomethingNew | mode: fast'],
    ['Bash', undefined, undefined, 'Bash'],
    ['Edit', 'not an object', null, 'Edit'],
  ])('%s', (tool, input, output, expected) => {
    expect(line(tool, input, output)).toBe(expected);
  });
});

describe('file edits', () => {
  test('take the hunks that the agent tells', () => {
    const output = { structuredPatch: [{ oldStart: 4, newStart: 4, lines: [' one', '-two', '+three'] }] };
    const [edit] = fileEdits('Edit', { file_path: 'a.txt', old_string: 'two', new_string: 'three' }, output);
    expect(edit?.hunks).toEqual([{ oldStart: 4, newStart: 4, lines: [' one', '-two', '+three'] }]);
  });

  test('of a new file count all of its lines', () => {
    const [edit] = fileEdits(
      'Write',
      { file_path: 'a', content: 'one\ntwo\n' },
      { type: 'create', structuredPatch: [], originalFile: null },
    );
    expect(edit && countLines(edit)).toEqual({ added: 2, removed: 0 });
    expect(edit?.kind).toBe('create');
  });

  test('of several strings count each', () => {
    const edits = [
      { old_string: 'a\nb', new_string: 'a\nc' },
      { old_string: 'x', new_string: '' },
    ];
    const [edit] = fileEdits('MultiEdit', { file_path: 'a', edits }, undefined);
    expect(edit && countLines(edit)).toEqual({ added: 1, removed: 2 });
  });

  test('of a patch name every file', () => {
    const command = [
      '*** Begin Patch',
      '*** Add File: new.txt',
      '+hello',
      '*** Update File: old.ts',
      '*** Move to: moved.ts',
      '@@ function a',
      ' same',
      '-x',
      '+y',
      '*** Delete File: gone.ts',
      '*** End Patch',
    ].join('\n');
    const edits = fileEdits('apply_patch', { command }, 'Exit code: 0');
    expect(edits.map((edit) => [edit.path, edit.kind, edit.movedTo, countLines(edit)])).toEqual([
      ['new.txt', 'create', undefined, { added: 1, removed: 0 }],
      ['old.ts', 'move', 'moved.ts', { added: 1, removed: 1 }],
      ['gone.ts', 'delete', undefined, { added: 0, removed: 0 }],
    ]);
  });

  test('of other tools are none', () => {
    expect(fileEdits('Bash', { command: 'rm a' }, undefined)).toEqual([]);
  });
});

describe('a diff', () => {
  const edit = (before: string, after: string) => ({
    path: 'a',
    kind: 'update' as const,
    hunks: null,
    texts: [{ before, after }],
  });

  test('numbers lines from the hunk it was told', () => {
    const [lines] = diffHunks({ ...edit('', ''), hunks: [{ oldStart: 7, newStart: 9, lines: [' a', '-b', '+c', ' d'] }] });
    expect(lines?.map(({ type, oldNumber, newNumber }) => [type, oldNumber, newNumber])).toEqual([
      ['same', 7, 9],
      ['removed', 8, null],
      ['added', null, 10],
      ['same', 9, 11],
    ]);
  });

  test('marks the words that changed within a line', () => {
    const [lines] = diffHunks(edit('const lock = null;', 'const lock = await take();'));
    const changed = lines?.map((one) =>
      one.pieces
        .filter((piece) => piece.changed)
        .map((piece) => piece.text)
        .join(''),
    );
    expect(changed).toEqual(['null', 'await take()']);
  });

  test('of lines with nothing in common marks no words', () => {
    const [lines] = diffHunks(edit('alpha beta gamma', '12345 67890 !!!!!'));
    expect(lines?.flatMap((one) => one.pieces).some((piece) => piece.changed)).toBe(false);
  });

  test('side by side sets what was beside what is', () => {
    const rows = sideBySide(diffHunks(edit('a\nb\nc', 'a\nX\nY\nc')).flat());
    const text = rows.map((row) => row.map((side) => side?.pieces.map((piece) => piece.text).join('') ?? null));
    expect(text).toEqual([
      ['a', 'a'],
      ['b', 'X'],
      [null, 'Y'],
      ['c', 'c'],
    ]);
  });

  test('of two giant texts is shown whole instead of compared for minutes', () => {
    const big = Array.from({ length: 30_000 }, (_, i) => `line ${i}`).join('\n');
    expect(diffHunks(edit(big, big.replaceAll('line', 'row'))).flat()).toHaveLength(60_000);
  });
});

describe('output', () => {
  test.each([
    ['a shell', { stdout: 'out', stderr: 'err' }, 'out\nerr'],
    ['a text', 'plain', 'plain'],
    ['an MCP server', [{ type: 'text', text: '5' }], '5'],
    ['a file', { type: 'text', file: { content: 'one\n' } }, 'one\n'],
    ['a search', { filenames: ['a', 'b'], numFiles: 2 }, 'a\nb'],
    ['a subagent', { content: [{ type: 'text', text: 'Done.' }] }, 'Done.'],
    ['Gemini CLI', { llmContent: '…', returnDisplay: 'Command exited with code: 3' }, 'Command exited with code: 3'],
    ['an image', [{ type: 'image', source: {} }], null],
    ['nothing', undefined, null],
  ])('of %s is read as text', (_, output, expected) => {
    expect(outputText(output)).toBe(expected);
  });

  test('tells the exit code', () => {
    expect(exitCode('Exit code 3\nout\nerr')).toBe(3);
    expect(exitCode('Exit code: 0\nWall time: 0 seconds')).toBe(0);
    expect(exitCode('all good')).toBeNull();
  });
});
