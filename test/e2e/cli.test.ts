import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import type { SessionEvent } from '../../wire/event.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import { ms, quantile } from '../bench/quantile.ts';
import { Machine } from './cli-machine.ts';
import { Gate, type Weather } from './gate.ts';
import { person } from './person.ts';
import { seededRandom } from './seeded-random.ts';
import { url } from './server.ts';

const seed = Number(process.env.SEED ?? 20_261_121);
const machine = new Machine();
const who = person('cli');
let gate: Gate;
let account: Account;

beforeAll(async () => {
  gate = await Gate.open(url);
  account = await signUp(url, who);
  await machine.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
  // As long as hooks may wait, because twelve of them share two cores with the server here.
  await machine.must(['connect', 'claude-code', '--wait-ms', '2500']);
});
afterAll(async () => {
  machine.killFlushers();
  await gate.close();
});

const hook = (session: string, name: string, more: object = {}) => ({ session_id: session, hook_event_name: name, ...more });
const message = (session: string, text: string) => hook(session, 'MessageDisplay', { delta: text });
const call = (session: string, id: string, name = 'PreToolUse') =>
  hook(session, name, { tool_name: 'Bash', tool_use_id: id, tool_input: { command: `echo ${id}` } });

/** The room of a session has it at once, the list of sessions only after a while: its id is computed, as the server does it. */
const idOf = (session: string, agent = 'claude-code') =>
  ownerOf({ tokenId: '', organizationId: account.organizationId, projectId: '', userId: '' }, agent, session).sessionId;

const eventsOf = (session: string, agent?: string): Promise<SessionEvent[]> =>
  account.events(idOf(session, agent)).catch((error: Error) => {
    if (error.message.includes('answered 404')) return [];
    throw error;
  });

/** What a hook's event is known by: its text or its call. What the room adds by itself is left out. */
const labels = (events: SessionEvent[]) =>
  events.filter((event) => event.hook !== 'flightdeck').map(({ text, toolUseId, type }) => text ?? toolUseId ?? type);

/** Asks until every expected event is there; the test's own timeout is the limit. */
async function arrived(session: string, count: number, agent?: string): Promise<string[]> {
  for (;;) {
    const found = labels(await eventsOf(session, agent));
    if (found.length >= count) return found;
    await wait(50);
  }
}

describe('flightdeck login', () => {
  it('keeps an API token where only its owner can read it, and no password', () => {
    const file = join(machine.home, '.config/flightdeck/config.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const config = machine.read('.config/flightdeck/config.json');
    expect(JSON.parse(config)).toMatchObject({ url: gate.url, apiToken: expect.stringMatching(/^fda_/), email: who.email });
    expect(config).not.toContain(who.password);
  });

  it('says what is wrong, and ends with a code that says so, too', async () => {
    const other = new Machine();
    expect(await other.run(['login', gate.url, '--email', who.email, '--password-stdin'], 'wrong')).toMatchObject({
      code: 77,
      err: 'flightdeck: E-mail or password is wrong.\n',
    });
    expect(await other.run(['login', 'http://127.0.0.1:1', '--token-stdin'], 'fda_x')).toMatchObject({
      code: 69,
      err: expect.stringContaining('http://127.0.0.1:1 cannot be reached'),
    });
    expect(await other.run(['login', gate.url, '--token-stdin'], 'fda_wrong')).toMatchObject({ code: 77 });
    expect(await other.run(['status'])).toMatchObject({ code: 77, err: expect.stringContaining('flightdeck login <url>') });
    expect(await other.run(['login', '--nonsense'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('Usage: flightdeck login'),
    });
    expect(await other.run(['nonsense'])).toMatchObject({ code: 64 });
  });

  it('takes a token instead, and logout revokes the one that it made', async () => {
    const other = new Machine();
    await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    const { apiToken } = JSON.parse(other.read('.config/flightdeck/config.json'));
    const third = new Machine();
    await third.must(['login', gate.url, '--token-stdin'], apiToken);
    expect(await other.must(['logout'])).toContain('the token is revoked');
    expect(await third.run(['status'])).toMatchObject({ code: 77 });
  });
});

describe('flightdeck connect', () => {
  const settings = {
    '.claude/settings.json':
      '{\n    "model": "opus",\n    "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }] }\n}',
    '.codex/config.toml': '# mine\nmodel = "gpt-6"\n',
    '.gemini/settings.json': '{"theme":"dark"}',
  };
  const agents = ['claude-code', 'codex', 'gemini-cli'];
  const files = (of: Machine) =>
    Object.fromEntries(
      ['.claude', '.codex', '.gemini'].flatMap((folder) =>
        readdirSync(join(of.home, folder)).map((name) => [`${folder}/${name}`, of.read(`${folder}/${name}`)]),
      ),
    );

  it('changes nothing the second time, and disconnect leaves every file as it was', async () => {
    const other = new Machine();
    for (const [path, text] of Object.entries(settings)) {
      mkdirSync(join(other.home, path, '..'), { recursive: true });
      writeFileSync(join(other.home, path), text);
    }
    await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    for (const agent of agents) await other.must(['connect', agent]);
    const connected = files(other);
    expect(connected['.claude/settings.json']).toContain('"say done"');
    expect(connected['.claude/settings.json']).toContain('hook claude-code');
    expect(connected['.codex/hooks.json']).toContain('hook codex');
    expect(connected['.claude/settings.json.before-flightdeck']).toBe(settings['.claude/settings.json']);
    for (const agent of agents) expect(await other.must(['connect', agent])).toContain('Its settings are current.');
    expect(files(other)).toEqual(connected);
    for (const agent of agents) await other.must(['disconnect', agent]);
    expect(files(other)).toEqual(settings);
  });

  it('makes one token for each agent, however often it is called, and disconnect revokes it', async () => {
    const tokens = async () => {
      const path = `/api/projects/${account.projectId}/ingest-tokens?limit=100`;
      const { items } = await account.call<{ items: { name: string; revokedAt: string | null }[] }>('GET', path);
      return items.filter(({ name, revokedAt }) => name.startsWith('gemini-cli') && revokedAt === null).length;
    };
    const other = new Machine();
    await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    for (let time = 0; time < 3; time++) await other.must(['connect', 'gemini-cli']);
    expect(await tokens()).toBe(1);
    await other.must(['disconnect', 'gemini-cli']);
    expect(await tokens()).toBe(0);
  });

  it('shows a dry run and changes nothing', async () => {
    const other = new Machine();
    await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    expect(await other.must(['connect', 'codex', '--dry-run'])).toContain('Nothing was changed.');
    expect(readdirSync(other.home)).toEqual(['.config']);
  });

  it('says which projects there are, and what an option may be', async () => {
    expect(await machine.run(['connect', 'claude-code', '--project', 'nowhere'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no project "nowhere". Projects: '),
    });
    expect(await machine.run(['connect', 'codex', '--native-http'])).toMatchObject({ code: 64 });
    expect(await machine.run(['connect', 'codex', '--fail', 'sometimes'])).toMatchObject({ code: 64 });
    expect(await machine.run(['connect', 'emacs'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('claude-code, codex'),
    });
  });
});

describe('flightdeck hook', () => {
  it('brings a session in order, each event once, and all of it by the time the agent ends', async () => {
    const session = 'cli-whole';
    await machine.hook('claude-code', hook(session, 'SessionStart', { source: 'startup', cwd: machine.home }));
    await machine.hook('claude-code', hook(session, 'UserPromptSubmit', { prompt: 'go' }));
    const expected = ['session.started', 'go'];
    for (let turn = 0; turn < 4; turn++) {
      await machine.hook('claude-code', message(session, `message ${turn}`));
      await machine.hook('claude-code', call(session, `toolu_${turn}`));
      await machine.hook('claude-code', { ...call(session, `toolu_${turn}`, 'PostToolUse'), tool_response: { stdout: 'x' } });
      expected.push(`message ${turn}`, `toolu_${turn}`, `toolu_${turn}`);
    }
    const ended = await machine.hook('claude-code', hook(session, 'SessionEnd', { reason: 'other' }));
    expect(ended).toMatchObject({ code: 0, out: '', err: '' });
    expect(labels(await eventsOf(session))).toEqual([...expected, 'session.ended']);
  });

  it('shows what is only told within seconds, without another hook', async () => {
    await machine.hook('claude-code', message('cli-told', 'hello'));
    expect(await arrived('cli-told', 1)).toEqual(['hello']);
  });

  it('prints the refusal of a paused session in the agent’s own words', async () => {
    await machine.hook('claude-code', hook('cli-paused', 'UserPromptSubmit', { prompt: 'go' }));
    await account.call('POST', `/api/sessions/${idOf('cli-paused')}/control`, { action: 'pause' });
    const { out, code } = await machine.hook('claude-code', call('cli-paused', 'toolu_1'));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ continue: false, hookSpecificOutput: { permissionDecision: 'deny' } });
  });

  it('answers twelve calls at once, and stores each once', async () => {
    const session = 'cli-parallel';
    await machine.hook('claude-code', hook(session, 'UserPromptSubmit', { prompt: 'go' }));
    await account.call('POST', `/api/sessions/${idOf(session)}/control`, { action: 'pause' });
    const ids = Array.from({ length: 12 }, (_, index) => `toolu_${index}`);
    const answers = await Promise.all(ids.map((id) => machine.hook('claude-code', call(session, id))));
    expect(answers.map(({ out }) => JSON.parse(out).hookSpecificOutput.permissionDecision)).toEqual(ids.map(() => 'deny'));
    const started = (await eventsOf(session)).filter(({ type }) => type === 'tool.started');
    expect(started.map(({ toolUseId }) => toolUseId).sort()).toEqual(ids.toSorted());
    expect(started.every(({ refused }) => refused?.because === 'paused')).toBe(true);
  });

  it('never stands in an agent’s way, whatever it is given', async () => {
    const quiet = { code: 0, out: '' };
    expect(await machine.run(['hook', 'claude-code'], 'no json')).toMatchObject(quiet);
    expect(await machine.run(['hook', 'claude-code'], '[]')).toMatchObject(quiet);
    expect(await machine.run(['hook', 'claude-code'], '{}')).toMatchObject(quiet);
    expect(await machine.run(['hook', 'nobody'], '{}')).toMatchObject(quiet);
    expect(await machine.run(['hook', 'codex'], JSON.stringify(hook('x', 'PreToolUse')))).toMatchObject({
      ...quiet,
      err: expect.stringContaining('flightdeck connect codex'),
    });
  });
});

describe('flightdeck status and doctor', () => {
  it('show live sessions, and one session as lines', async () => {
    await machine.hook('claude-code', hook('cli-status', 'UserPromptSubmit', { prompt: 'look here' }));
    await machine.hook('claude-code', call('cli-status', 'toolu_1'));
    await machine.hook('claude-code', hook('cli-status', 'SessionEnd', { reason: 'other' }));
    const lines = await machine.must(['status', idOf('cli-status')]);
    expect(lines).toMatch(/> prompt look here\n.*▸ Bash echo toolu_1\n/);
    expect(lines).toMatch(/○ ended/);
    await machine.hook('claude-code', hook('cli-live', 'UserPromptSubmit', { prompt: 'still here' }));
    let table = '';
    // The list of sessions learns of one within seconds.
    while (!table.includes('still here')) table = await machine.must(['status']);
    expect(table).toMatch(/ses_\w+ +claude-code +running .*still here/);
    expect(await machine.run(['status', 'ses_nothing'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such session'),
    });
  });

  it('find nothing wrong, and name what is', async () => {
    const healthy = await machine.run(['doctor']);
    expect(healthy).toMatchObject({ code: 0, out: expect.stringContaining('its token is good') });
    const other = new Machine();
    await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    for (const agent of ['claude-code', 'codex']) await other.must(['connect', agent]);
    writeFileSync(join(other.home, '.claude/settings.json'), '{ "disableAllHooks": true }');
    const sick = await other.run(['doctor']);
    expect(sick.code).toBe(1);
    expect(sick.out).toContain('✗ ~/.claude/settings.json lacks some of what was put in.\n    → flightdeck connect claude-code');
    expect(sick.out).toContain('"disableAllHooks": true');
    expect(sick.out).toContain('Codex has not been told to trust the hooks');
  });
});

describe('a hook whose call a rule asks about', () => {
  const careful = (session: string, id: string) => ({ ...call(session, id), tool_input: { command: `careful ${id}` } });
  const waiting = async (session: string) => {
    for (;;) {
      const { approvals: [first] = [] } = await account.session(idOf(session));
      if (first) return first;
      await wait(50);
    }
  };
  const begin = async (session: string) => {
    await machine.hook('claude-code', hook(session, 'UserPromptSubmit', { prompt: 'go' }));
    return machine.start(['hook', 'claude-code'], JSON.stringify(careful(session, 'toolu_asked')));
  };

  beforeAll(() => account.call('POST', '/api/rules', { name: 'Careful', command: 'careful *', waitSeconds: 600 }));

  it('waits for it, holds nothing else up, and prints what the terminal of another answers', async () => {
    const session = 'cli-asks';
    const { ran } = await begin(session);
    const { id } = await waiting(session);
    const free = await machine.hook('claude-code', call(session, 'toolu_free'));
    expect(free).toMatchObject({ code: 0, out: '' });
    expect(await machine.must(['status', '--once'])).toMatch(
      new RegExp(`${idOf(session)} ${id}  Bash careful toolu_asked\n +\\d+ min left, then it is denied`),
    );
    expect(await machine.must(['approve', session])).toBe('Allowed: Bash careful toolu_asked\n');
    const { code, out } = await ran;
    expect([code, JSON.parse(out).hookSpecificOutput]).toEqual([0, expect.objectContaining({ permissionDecision: 'allow' })]);
    expect(await machine.run(['deny', session, id])).toMatchObject({ code: 1, err: expect.stringContaining('decided already') });
    expect(await machine.run(['approve', session])).toMatchObject({ code: 1, err: expect.stringContaining('Nothing waits') });
  });

  it('comes back after a lost connection, and tells the agent the note', async () => {
    const { ran } = await begin('cli-asks-lost');
    const { id } = await waiting('cli-asks-lost');
    await gate.become('dead');
    await account.call('POST', `/api/sessions/${idOf('cli-asks-lost')}/approvals/${id}`, {
      decision: 'deny',
      note: 'Not on Fridays.',
    });
    await wait(300);
    await gate.become('fine');
    expect(JSON.parse((await ran).out).hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('Not on Fridays.'),
    });
  });

  it('ends without a word when the agent ends it', async () => {
    const { child, ran } = await begin('cli-asks-killed');
    await waiting('cli-asks-killed');
    child.kill('SIGTERM');
    expect(await ran).toMatchObject({ out: '', err: '' });
  });

  it('gives the agent what people write, at the next hook that its model hears', async () => {
    await machine.hook('claude-code', hook('cli-message', 'UserPromptSubmit', { prompt: 'go' }));
    await machine.must(['message', idOf('cli-message'), 'Mind', 'the gap.']);
    await machine.hook('claude-code', { ...call('cli-message', 'toolu_1', 'PostToolUse'), tool_response: {} });
    const { out } = await machine.hook('claude-code', hook('cli-message', 'PostToolBatch', { tool_calls: [] }));
    expect(JSON.parse(out).hookSpecificOutput).toMatchObject({ additionalContext: expect.stringContaining('Mind the gap.') });
    expect((await machine.hook('claude-code', hook('cli-message', 'Stop'))).out).toBe('');
  });
});

describe('an outage', () => {
  const bad: Exclude<Weather, 'fine'>[] = ['dead', 'hanging', 'failing', 'slow'];

  it.each(bad)(
    'of a server that is %s lets the agent go on, and everything is there afterwards, once and in order',
    async (weather) => {
      const session = `cli-${weather}`;
      // A slow server is one that answers later than a hook waits.
      if (weather === 'slow') await machine.must(['connect', 'claude-code', '--wait-ms', '300']);
      await machine.hook('claude-code', hook(session, 'UserPromptSubmit', { prompt: 'before' }));
      await gate.become(weather);
      const bare = await bareStart();
      const took: number[] = [];
      const expected = ['before'];
      for (let turn = 0; turn < 12; turn++) {
        for (const body of [call(session, `toolu_${turn}`), message(session, `message ${turn}`)]) {
          const ran = await machine.hook('claude-code', body);
          expect(ran).toMatchObject({ code: 0, out: '' });
          took.push(ran.tookMs);
        }
        expected.push(`toolu_${turn}`, `message ${turn}`);
      }
      await gate.become('fine');
      const events = await arrived(session, expected.length);
      expect(events).toEqual(expected);
      const [first = 0, ...rest] = took;
      console.log(
        `${weather}: the first hook took ${ms(first)}, the others p50 ${ms(quantile(rest, 0.5))}, p99 ${ms(quantile(rest, 0.99))}; ` +
          `bare node p50 ${ms(quantile(bare, 0.5))}, p99 ${ms(quantile(bare, 0.99))}`,
      );
      await machine.must(['connect', 'claude-code', '--wait-ms', '2500']);
      await machine.must(['flush']);
    },
  );

  it('holds the agent where its connection says so, and the refused call is in the log afterwards', async () => {
    const strict = new Machine();
    await strict.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    await strict.must(['connect', 'codex', '--fail', 'closed', '--wait-ms', '500']);
    await gate.become('dead');
    const denied = await strict.hook('codex', call('cli-closed', 'call_1'));
    expect(JSON.parse(denied.out).hookSpecificOutput).toMatchObject({
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    });
    expect(JSON.parse((await strict.hook('codex', hook('cli-closed', 'UserPromptSubmit', { prompt: 'go' }))).out)).toMatchObject({
      decision: 'block',
    });
    expect((await strict.hook('codex', hook('cli-closed', 'Stop'))).out).toBe('');
    await gate.become('fine');
    expect(await arrived('cli-closed', 3, 'codex')).toEqual(['call_1', 'go', 'turn.finished']);
    strict.killFlushers();
  });
});

it('follows the project’s rule, as the server told it last, and its own where connect --fail set one', async () => {
  const other = new Machine();
  await other.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
  await other.must(['connect', 'gemini-cli', '--wait-ms', '1000']);
  expect((await other.run(['doctor'])).out).toContain('the agent goes on (fail open, as the project says)');
  // A server whose project holds its agents back.
  const strict = createServer((_, answer) => void answer.end(JSON.stringify({ answer: {}, fail: 'closed' })));
  await once(strict.listen(0, '127.0.0.1'), 'listening');
  const file = join(other.home, '.config/flightdeck/config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.connections['gemini-cli'].url = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`; // It listens on a port.
  writeFileSync(file, JSON.stringify(config));
  const tool = hook('cli-strict', 'BeforeTool', { tool_name: 'run_shell_command', tool_input: { command: 'ls' } });
  expect((await other.hook('gemini-cli', tool)).out).toBe('');
  strict.close();
  strict.closeAllConnections();
  expect(JSON.parse((await other.hook('gemini-cli', tool)).out)).toMatchObject({
    decision: 'deny',
    reason: expect.stringContaining('cannot be reached'),
  });
  expect(await other.must(['status'])).toContain('prompts and tools are refused (fail closed, as the project says)');

  config.connections['gemini-cli'].fail = 'open';
  writeFileSync(file, JSON.stringify(config));
  expect((await other.hook('gemini-cli', tool)).out).toBe('');
  expect(await other.must(['status'])).toContain('the agent goes on (fail open, set here by connect --fail)');
  other.killFlushers();
});

describe('a machine that is out of order', () => {
  it('asks all the same when nothing can be kept, and its rule holds when nobody answers', async () => {
    const broken = new Machine();
    await broken.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    await broken.must(['connect', 'codex', '--fail', 'closed']);
    broken.env.XDG_STATE_HOME = '/dev/null/nowhere';
    await broken.hook('codex', hook('cli-broken', 'UserPromptSubmit', { prompt: 'go' }));
    expect(labels(await eventsOf('cli-broken', 'codex'))).toEqual(['go']);
    await gate.become('dead');
    const { out, code } = await broken.hook('codex', call('cli-broken', 'call_1'));
    await gate.become('fine');
    expect([code, JSON.parse(out).hookSpecificOutput.permissionDecision]).toEqual([0, 'deny']);
  });

  it('says that its settings are broken, and lets the agent go on', async () => {
    const broken = new Machine();
    mkdirSync(join(broken.home, '.config/flightdeck'), { recursive: true });
    writeFileSync(join(broken.home, '.config/flightdeck/config.json'), '{ "url": ');
    expect(await broken.hook('codex', call('cli-broken', 'call_2'))).toMatchObject({ code: 0, out: '' });
    expect(await broken.run(['doctor'])).toMatchObject({ code: 1, out: expect.stringContaining('config.json cannot be read') });
  });
});

it('loses and doubles nothing through 20 SIGKILLs of hooks and of what sends them', async () => {
  const session = 'cli-killed';
  const random = seededRandom(seed);
  const finished: string[] = [];
  const killed: string[] = [];
  for (let round = 0; round < 20; round++) {
    // Every other round the answer takes a while, so that a kill falls between sending and hearing.
    await gate.become(round % 2 === 0 ? 'fine' : 'slow');
    const name = `killed_${round}`;
    const before = await machine.hook('claude-code', call(session, `before_${round}`));
    const victim = machine.start(['hook', 'claude-code'], JSON.stringify(call(session, name)));
    const survivors = [`message_${round}`, `other_${round}`];
    const others = survivors.map((text) => machine.hook('claude-code', message(session, text)));
    setTimeout(() => victim.child.kill('SIGKILL'), before.tookMs * (0.3 + random()));
    const [{ code }] = await Promise.all([victim.ran, ...others]);
    (code === 0 ? finished : killed).push(name);
    finished.push(`before_${round}`, ...survivors);
    if (round % 5 === 4) machine.killFlushers();
  }
  await gate.become('fine');
  await machine.hook('claude-code', message(session, 'last'));
  const events = await arrived(session, finished.length + 1);
  await machine.must(['flush']);
  const stored = labels(await eventsOf(session));
  expect(stored.length).toBeGreaterThanOrEqual(events.length);
  expect(stored.filter((label) => finished.includes(label)).sort(), 'finished hooks, once').toEqual(finished.toSorted());
  expect(new Set(stored).size, 'no event twice').toBe(stored.length);
  expect(
    stored.filter((label) => ![...finished, ...killed, 'last'].includes(label)),
    'no other',
  ).toEqual([]);
  const messages = stored.filter((label) => label.startsWith('message_'));
  expect(messages, 'in order').toEqual(messages.toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8))));
  const kept = killed.filter((label) => stored.includes(label));
  console.log(
    `20 kills (seed ${seed}): ${killed.length} hooks died, ${kept.length} of them after keeping theirs; ` +
      `${stored.length} events, 0 lost, 0 doubled`,
  );
});

async function bareStart(): Promise<number[]> {
  const { spawnSync } = await import('node:child_process');
  return Array.from({ length: 10 }, () => {
    const startedMs = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    return performance.now() - startedMs;
  });
}
