import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepWorkspace } from '../../cli/hook/keep-workspace.ts';
import { rememberSnapshotRules } from '../../cli/hook/snapshot-rules.ts';
import { workspaceOf } from '../../cli/hook/workspace-of.ts';
import { noSnapshotRules } from '../../wire/snapshot-rules.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

const disk = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-homes-')));
afterAll(() => rmSync(disk, { recursive: true, force: true }));
const home = join(disk, 'home/dev');
for (const folder of ['.git', 'app/.git', 'app/deep/er', 'notes', '.dotfiles/zsh'])
  mkdirSync(join(home, folder), { recursive: true });
mkdirSync(join(disk, '.git'));

describe('the workspace that is kept by rule', () => {
  it('is the repository around the agent’s folder, or that folder', () => {
    expect(workspaceOf(join(home, 'app/deep/er'), home)).toBe(join(home, 'app'));
    expect(workspaceOf(join(home, 'app'), home)).toBe(join(home, 'app'));
    expect(workspaceOf(join(home, 'notes'), join(disk, 'home/other'))).toBe(home);
  });

  it('is no home, nor what is above it, be they repositories or not', () => {
    for (const folder of [home, join(disk, 'home'), disk, '/']) expect(workspaceOf(folder, home)).toBeUndefined();
    expect(workspaceOf('/', join(disk, 'nowhere'))).toBeUndefined();
  });

  it('is no more than the agent’s folder where only the home is a repository', () => {
    expect(workspaceOf(join(home, 'notes'), home)).toBe(join(home, 'notes'));
    expect(workspaceOf(join(home, '.dotfiles/zsh'), home)).toBe(join(home, '.dotfiles/zsh'));
  });

  it('is no home by another name of it', () => {
    symlinkSync(join(disk, 'home'), join(disk, 'Users'));
    expect(workspaceOf(join(disk, 'Users/dev'), home)).toBeUndefined();
    expect(workspaceOf(home, join(disk, 'Users/dev'))).toBeUndefined();
    expect(workspaceOf(join(disk, 'Users/dev/app/deep'), home)).toBe(join(disk, 'Users/dev/app'));
  });

  it('is nothing in a home: before a call that is said, and else nothing is begun', async () => {
    const root = temporaryFolder();
    rememberSnapshotRules(root, { ...noSnapshotRules, atStart: true, beforeTools: ['Bash'] });
    const moment = { sessionId: 's', nowMs: 1, tool: 'Bash' };
    expect(await keepWorkspace(root, homedir(), { ...moment, hook: 'PreToolUse' })).toBe(
      `The files were not kept before this call: ${homedir()} holds more than a workspace. Have the agent work in a folder of its own, or take it by hand: flightdeck snapshot`,
    );
    expect(await keepWorkspace(root, '/', { ...moment, hook: 'SessionStart' })).toBeUndefined();
  });
});
