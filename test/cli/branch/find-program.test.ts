import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { programOf } from '../../../cli/branch/agent-starter.ts';
import { findProgram } from '../../../cli/branch/find-program.ts';

const desk = mkdtempSync(join(tmpdir(), 'flightdeck-programs-'));
afterAll(() => rmSync(desk, { recursive: true, force: true }));

function folderWith(name: string, files: string[], mode = 0o755): string {
  const folder = join(desk, name);
  mkdirSync(folder);
  for (const file of files) writeFileSync(join(folder, file), '', { mode });
  return folder;
}

describe('the program of an agent', () => {
  const scripts = folderWith('scripts', ['claude', 'claude.cmd', 'claude.ps1']);
  const programs = folderWith('programs', ['claude.exe', 'claude']);
  const notes = folderWith('notes', ['claude'], 0o644);

  it('is the first file of its name on the PATH that can be run', () => {
    expect(findProgram('claude', { isWindows: false, path: `${notes}:${programs}:${scripts}` })).toBe(join(programs, 'claude'));
    expect(() => findProgram('claude', { isWindows: false, path: notes })).toThrow('There is no command "claude"');
  });

  it('is an .exe on Windows, wherever that stands on the PATH', () => {
    expect(findProgram('claude', { isWindows: true, path: `${scripts};${programs}` })).toBe(join(programs, 'claude.exe'));
  });

  it('is not a script on Windows, whose shell would run what a prompt says: that is refused, with what to do', () => {
    const shelves = { isWindows: true, path: scripts };
    expect(() => findProgram('claude', shelves)).toThrow(
      /claude\.cmd is a script, .* Install claude as a program \(claude\.exe\)/,
    );
    expect(() => programOf('claude-code', shelves)).toThrow('is a script');
  });

  it('is not looked for in the folder that somebody is in', () => {
    const byWay = relative(process.cwd(), programs);
    expect(() => findProgram('claude', { isWindows: false, path: `:${byWay}` })).toThrow('There is no command');
    expect(() => findProgram('claude', { isWindows: true, path: `;${byWay}` })).toThrow('There is no command');
  });
});
