import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shellCommand } from '../../../web/models/session/shell-command.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'shell-command-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const run = (command: string) =>
  execFileSync('bash', ['-c', command], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: home },
    stdio: 'pipe',
  });
const inHome = (path: string) => join(home, path);
const settings = { hooks: { PreToolUse: [{ matcher: '*', url: "it's" }] }, env: { TOKEN: 'new' } };
const command = shellCommand('~/.claude/settings.json', JSON.stringify(settings, null, 2));

describe('JSON settings', () => {
  test('are written where there were none, readable by their owner alone', () => {
    run(command);
    expect(JSON.parse(readFileSync(inHome('.claude/settings.json'), 'utf8'))).toEqual(settings);
    expect(statSync(inHome('.claude/settings.json')).mode & 0o777).toBe(0o600);
  });

  test('are merged into what is there, whose old text stays beside it', () => {
    const own = {
      model: 'opus',
      hooks: { PreToolUse: [{ matcher: 'Bash' }], Stop: [{ matcher: '' }] },
      env: { TOKEN: 'old', A: '1' },
    };
    mkdirSync(inHome('.claude'));
    writeFileSync(inHome('.claude/settings.json'), JSON.stringify(own));
    run(command);
    expect(JSON.parse(readFileSync(inHome('.claude/settings.json'), 'utf8'))).toEqual({
      model: 'opus',
      hooks: { PreToolUse: [{ matcher: 'Bash' }, { matcher: '*', url: "it's" }], Stop: [{ matcher: '' }] },
      env: { TOKEN: 'new', A: '1' },
    });
    expect(readFileSync(inHome('.claude/settings.json.before-flightdeck'), 'utf8')).toBe(JSON.stringify(own));
  });

  test('are there once after two runs', () => {
    run(command);
    run(command);
    expect(JSON.parse(readFileSync(inHome('.claude/settings.json'), 'utf8'))).toEqual(settings);
  });

  test('leave a file alone that is no JSON', () => {
    mkdirSync(inHome('.claude'));
    writeFileSync(inHome('.claude/settings.json'), '{ broken');
    expect(() => run(command)).toThrow();
    expect(readFileSync(inHome('.claude/settings.json'), 'utf8')).toBe('{ broken');
  });
});

describe('any other file', () => {
  const toml = '[otel]\nname = "a$HOME`b`"\n';

  test('is written letter by letter where there was none', () => {
    run(shellCommand('~/.codex/config.toml', toml));
    expect(readFileSync(inHome('.codex/config.toml'), 'utf8')).toBe(toml);
    expect(statSync(inHome('.codex/config.toml')).mode & 0o777).toBe(0o600);
  });

  test('is never written over', () => {
    mkdirSync(inHome('.codex'));
    writeFileSync(inHome('.codex/config.toml'), 'mine');
    expect(() => run(shellCommand('~/.codex/config.toml', toml))).toThrow();
    expect(readFileSync(inHome('.codex/config.toml'), 'utf8')).toBe('mine');
  });

  test('may hold our own end marker, and stand at a path with spaces', () => {
    run(shellCommand("~/a b/it's.sh", 'one\nFLIGHTDECK\ntwo'));
    expect(readFileSync(inHome("a b/it's.sh"), 'utf8')).toBe('one\nFLIGHTDECK\ntwo\n');
  });
});
