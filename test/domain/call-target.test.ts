import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { targetOf } from '../../worker/domain/call-target.ts';
import applyPatch from '../fixtures/agents/codex/PreToolUse.apply_patch.json' with { type: 'json' };

const cwd = '/home/dev/project';
const inProject = (path: string) => [`${cwd}/${path}`, path];

describe('the target of a call', () => {
  it.each([
    ['Edit', { file_path: `${cwd}/a.ts` }],
    ['MultiEdit', { file_path: `${cwd}/a.ts`, edits: [] }],
    ['Write', { file_path: `${cwd}/a.ts`, content: '' }],
    ['NotebookEdit', { notebook_path: `${cwd}/a.ts` }],
    ['replace', { file_path: `${cwd}/a.ts` }],
    ['write_file', { file_path: `${cwd}/a.ts` }],
    ['str_replace_based_edit_tool', { command: 'create', path: `${cwd}/a.ts` }],
    ['mcp__files__edit_file', { path: `${cwd}/a.ts` }],
  ])('%s touches the file that it names', (tool, input) => {
    expect(targetOf(tool, input, cwd)).toEqual({ paths: inProject('a.ts'), touches: true });
  });

  it.each([
    ['Read', { file_path: `${cwd}/a.ts` }],
    ['Grep', { pattern: 'x', path: `${cwd}/a.ts` }],
    ['read_file', { absolute_path: `${cwd}/a.ts` }],
    ['str_replace_editor', { command: 'view', path: `${cwd}/a.ts` }],
    ['mcp__write-server__read_file', { path: `${cwd}/a.ts` }],
  ])('%s only reads it', (tool, input) => {
    expect(targetOf(tool, input, cwd)).toEqual({ paths: inProject('a.ts'), touches: false });
  });

  it('a patch touches what it adds, updates, deletes and moves to, and is no command', () => {
    const patch = [
      '*** Begin Patch',
      '*** Add File: new.ts',
      '+*** Delete File: words of the file',
      '*** Update File: src/old.ts',
      '*** Move to: src/renamed.ts\r',
      '@@',
      '-a',
      '+b',
      '*** Delete File: /elsewhere/gone.ts',
      '*** End Patch',
    ].join('\n');
    const paths = ['new.ts', 'src/old.ts', 'src/renamed.ts', '/elsewhere/gone.ts'];
    for (const input of [{ command: patch }, { input: patch }, patch, { command: ['apply_patch', patch] }])
      expect(targetOf('apply_patch', input, cwd)).toEqual({ paths, touches: true });
    expect(targetOf(applyPatch.tool_name, applyPatch.tool_input, applyPatch.cwd).paths).toEqual(['new.txt']);
  });

  it('a shell command is a command, whose files nobody looks for', () => {
    expect(targetOf('Bash', { command: 'rm a.ts' }, cwd)).toEqual({ command: 'rm a.ts', paths: [], touches: false });
    expect(targetOf('shell', { command: ['bash', '-lc', 'ls'] }, cwd).command).toBe('bash -lc ls');
  });

  it('a file is named as given and from the working directory on, however it is written', () => {
    expect(targetOf('Edit', { file_path: './src/../infra//a.tf' }, cwd).paths).toEqual(['./src/../infra//a.tf', 'infra/a.tf']);
    expect(targetOf('Edit', { file_path: '../../../etc/passwd' }, cwd).paths).toEqual(['../../../etc/passwd', '/etc/passwd']);
    expect(targetOf('Edit', { file_path: '//etc/passwd' }, null).paths).toEqual(['//etc/passwd', '/etc/passwd']);
    const windows = targetOf('Edit', { file_path: 'c:\\Users\\ann\\web\\src\\a.ts' }, 'C:\\Users\\ann\\web');
    expect(windows.paths).toEqual(['c:\\Users\\ann\\web\\src\\a.ts', 'src/a.ts']);
    expect(targetOf('Edit', { file_path: 'src\\a.ts' }, 'C:\\Users\\ann\\web').paths).toContain('src/a.ts');
  });

  it('takes lists of files, and of ten thousand only as many as are looked at', () => {
    expect(targetOf('write_files', { files: [{ path: 'a' }, 'b', 7] }, cwd)).toEqual({ paths: ['a', 'b'], touches: true });
    const many = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
    for (const target of [
      targetOf('write_files', { paths: many }, cwd),
      targetOf('apply_patch', { command: many.map((name) => `*** Add File: ${name}`).join('\n') }, cwd),
    ]) {
      expect(target.paths).toHaveLength(limits.maxCallPaths);
      expect(target.isCut).toBe(true);
    }
  });

  it('is total over anything that JSON can say', () => {
    const inputs = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { file_path: fc.jsonValue(), path: fc.string(), paths: fc.jsonValue(), command: fc.oneof(fc.string(), fc.jsonValue()) },
        { requiredKeys: [] },
      ),
    );
    const tools = fc.oneof(
      fc.string(),
      fc.constantFrom('Edit', 'apply_patch', 'Bash', 'constructor', '__proto__', 'str_replace_editor'),
    );
    fc.assert(
      fc.property(tools, inputs, fc.option(fc.string()), (tool, input, folder) => {
        const { paths, touches } = targetOf(tool, input, folder);
        expect(touches && paths.length === 0).toBe(false);
        expect(new Set(paths).size).toBe(paths.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('a patch is read in one pass, whatever it holds', () => {
    const lines = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('*** Add File: ', '*** Add File:   x', '  *** Update File: y', '*** Begin Patch')),
    );
    fc.assert(
      fc.property(lines, (text) => {
        const { paths } = targetOf('apply_patch', `*** ${text.join('\n')}`, null);
        for (const path of paths) expect(path.trim()).not.toBe('');
      }),
    );
    expect(targetOf('apply_patch', `*** ${' '.repeat(5_000_000)}\n${'*** Add File: '.repeat(100_000)}`, cwd).paths).toEqual([]);
  });
});
