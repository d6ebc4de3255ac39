import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { ownerOf } from '../../../worker/routes/ingest/owner.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { Machine } from '../cli-machine.ts';
import { Gate } from '../gate.ts';
import { person } from '../person.ts';
import { url } from '../server.ts';
import { temporaryFolder } from '../server-process.ts';
import { type ClaudeResult, runClaude } from './real-claude.ts';
import { Workplace } from './workplace.ts';

const folder = temporaryFolder();
const machine = new Machine();
const workspace = join(machine.home, 'project');
const who = person('command');
let gate: Gate;
let account: Account;
let api: Awaited<ReturnType<typeof startFakeAnthropic>>;

beforeAll(async () => {
  mkdirSync(workspace);
  gate = await Gate.open(url);
  api = await startFakeAnthropic();
  account = await signUp(url, who);
  await machine.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
});
afterAll(async () => {
  machine.killFlushers();
  await gate.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = () => runClaude(inject('claude'), 'say hi', { home: machine.home, workspace, apiUrl: api.url });

async function eventsOf({ session_id }: ClaudeResult): Promise<SessionEvent[]> {
  const owner = ownerOf(
    { tokenId: '', organizationId: account.organizationId, projectId: '', userId: '' },
    'claude-code',
    session_id,
  );
  return account.events(owner.sessionId);
}

/** A session of one call, as the agent told it. */
const story = (events: SessionEvent[]) => events.map(({ type }) => type).filter((type) => type !== 'other' && type !== 'usage');
const whole = [
  'session.started',
  'prompt',
  'message',
  'tool.started',
  'tool.finished',
  'message',
  'turn.finished',
  'session.ended',
];

describe('a real Claude Code whose hooks are the flightdeck command', () => {
  it('is in the log whole and in order by the time it ends', async () => {
    await machine.must(['connect', 'claude-code']);
    const result = await run();
    expect(result.result).toBe('Done: hi from the fake model.');
    const events = await eventsOf(result);
    expect(story(events)).toEqual(whole);
    const hookCount = events.filter(({ hook, type }) => type !== 'usage' && hook !== 'flightdeck').length;
    console.log(`a session of one call: ${hookCount} hooks in ${gate.batchCount} requests`);
    expect(gate.batchCount).toBeLessThan(hookCount);
  });

  it('goes on while the server is away, and is in the log just the same afterwards', async () => {
    await gate.become('dead');
    const result = await run();
    expect(result.result).toBe('Done: hi from the fake model.');
    await gate.become('fine');
    await machine.must(['flush']);
    expect(story(await eventsOf(result))).toEqual(whole);
  });

  it('waits for a person as the command’s own process, while other calls go on, and hears what people write', async () => {
    const place = await Workplace.open('command', { account, home: machine.home });
    await place.rule({ name: 'Careful', command: 'echo careful*', waitSeconds: 3600 });
    const calls = ['echo careful allow', 'echo careful deny', 'echo free'].map((command) => ({
      name: 'Bash',
      input: { command },
    }));
    const run = place.start(`[[batch ${JSON.stringify(calls)}]]`);
    const both = await place.session(run, ({ approvals = [] }) => approvals.length === 2);
    await place.account.call('POST', `/api/sessions/${run.id}/messages`, { text: 'Well done.' });
    const status = await machine.must(['status']);
    for (const { id, words } of both.approvals ?? []) {
      expect(status).toContain(`${run.id} ${id}  Bash ${words}`);
      const answer = words.endsWith('allow') ? ['approve', run.id, id] : ['deny', run.id, id, '--note', 'Not today.'];
      await machine.must(answer);
    }
    expect(await run.ended).toMatchObject({ terminal_reason: 'completed' });
    const ran = (await place.events(run)).filter(({ type }) => type === 'tool.finished');
    expect(ran.map(({ input }) => JSON.stringify(input)).sort()).toEqual([
      expect.stringContaining('echo careful allow'),
      expect.stringContaining('echo free'),
    ]);
    expect(place.modelCalls('Not today.')).toHaveLength(1);
    expect(place.modelCalls('Well done.').length).toBeGreaterThan(0);
  });

  it('does nothing while the server is away, where its connection fails closed', async () => {
    await machine.must(['connect', 'claude-code', '--fail', 'closed']);
    await gate.become('dead');
    const result = await run();
    expect(result.result).not.toContain('hi from the fake model');
    await gate.become('fine');
    await machine.must(['flush']);
    const log = story(await eventsOf(result));
    expect(log).toContain('prompt');
    expect(log).not.toContain('tool.started');
  });

  it('is as it was after disconnect', async () => {
    await machine.must(['disconnect', 'claude-code']);
    const result = await run();
    expect(result.result).toBe('Done: hi from the fake model.');
    await expect(eventsOf(result)).rejects.toThrow('answered 404');
  });
});
