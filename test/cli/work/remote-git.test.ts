import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { patience } from '../../../cli/work/patience.ts';
import { remoteGit, wordsIn } from '../../../cli/work/remote-git.ts';
import { sshStandIn } from './ssh-stand-in.ts';

const desk = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-remote-')));
afterAll(() => rmSync(desk, { recursive: true, force: true }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('patience with a remote', () => {
  it('ends where nothing is heard for as long as it lasts, not sooner for a call that takes longer', () => {
    vi.useFakeTimers();
    const { signal, renew } = patience(1000);
    for (let n = 0; n < 5; n += 1) {
      vi.advanceTimersByTime(999);
      renew();
    }
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
  });

  it('says for how long it lasted', async () => {
    for (const [name, value] of Object.entries(sshStandIn(desk, 'code.example.com', desk))) vi.stubEnv(name, value);
    vi.stubEnv('GIT_SSH_COMMAND', 'cat #');
    const call = { cwd: desk, signal: new AbortController().signal, isGuarded: true, patienceMs: 1 };
    // Git itself says where it clones to before it asks.
    const done = await remoteGit(call, 'clone', ['https://code.example.com/acme/web.git', 'web']);
    expect(done).toEqual({ ok: false, said: 'its remote said nothing for 0 minutes' });
  });
});

describe('what git says of a remote', () => {
  it('is why it failed, without how far it came', () => {
    const said = [
      "Cloning into '/clones/.web.part'...\nremote: Enumerating objects: 202, done.        \n",
      'remote: Counting objects:  50% (101/202)        \rremote: Counting objects: 100% (202/202), done.        \n',
      'Receiving objects:  98% (198/202)\rremote: Total 202 (delta 0), reused 0 (delta 0), pack-reused 0        \n',
      'remote: The disk is 98% full.\nfatal: early EOF\n',
    ];
    expect(wordsIn(said.join(''))).toBe('remote: The disk is 98% full.\nfatal: early EOF');
  });
});
