import { statSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import type { NativeAgent } from '../../wire/agent.ts';
import type { Me } from '../../wire/identity.ts';
import { agents, titleOf } from '../agent.ts';
import { call, reasonOf } from '../api.ts';
import { type Config, type Connection, readConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { type FailRule, failRule } from '../hook/fail-rule.ts';
import { flusherPid } from '../hook/flusher.ts';
import { readOutage } from '../hook/outage.ts';
import { Spool } from '../hook/spool.ts';
import { spoolRoot } from '../hook/spool-root.ts';
import { configFile, localPath } from '../paths.ts';
import { readReceipt, readText } from '../settings/receipt.ts';
import { holds } from '../settings/settings-file.ts';
import { failRuleWords } from '../status/fail-rule-words.ts';
import { bold, green, plain, red, say, yellow } from '../terminal.ts';
import type { Command } from './command.ts';

/** `wrong` makes the exit code 1; `odd` is worth knowing. `todo` is the way out. */
export interface Finding {
  level: 'fine' | 'odd' | 'wrong';
  what: string;
  todo?: string;
}

const fine = (what: string): Finding => ({ level: 'fine', what });
const odd = (what: string, todo?: string): Finding => ({ level: 'odd', what, todo });
const wrong = (what: string, todo: string): Finding => ({ level: 'wrong', what, todo });

/** Tokens are judged by the server's clock, but a spooled hook's time is this machine's. */
const maxSkewMs = 30_000;

export const doctor: Command = {
  summary: 'What is wrong, and what to do about it',
  usage: 'doctor',
  help: ['Checks the login, the server, each connected agent’s settings, and what waits to be sent. Changes nothing.'],
  maxPositionals: 0,
  run: async () => {
    const config = readable();
    const findings = [...config.findings, ...(await checkServer(config.config))];
    print('Flightdeck', findings);
    for (const agent of agents) {
      const connection = config.config.connections[agent];
      if (!connection && !readReceipt(agent)) continue;
      const rule = connection && failRule(connection, spoolRoot(agent, connection));
      const about = connection && rule ? await checkConnection(agent, connection, rule) : [];
      const more = [
        ...about,
        ...(connection && rule ? [fine(failRuleWords(rule) + (connection.flavour === 'http' ? writtenDown : ''))] : []),
        ...checkSettings(agent),
        ...checkSwitches(agent),
        ...(connection ? checkSpool(agent, connection) : []),
      ];
      print(titleOf(agent), more);
      findings.push(...more);
    }
    if (Object.keys(config.config.connections).length === 0)
      say('\nNo agent is connected yet. Run: flightdeck connect claude-code');
    return findings.some(({ level }) => level === 'wrong') ? exitCodes.failed : exitCodes.ok;
  },
};

/** Hooks that the agent posts itself hear of no later change. */
const writtenDown = '; its settings say so: connect again when that has changed';

function print(title: string, findings: readonly Finding[]): void {
  const marks = { fine: green('✓'), odd: yellow('!'), wrong: red('✗') };
  say(`\n${bold(title)}`);
  for (const { level, what, todo } of findings) {
    say(`  ${marks[level]} ${what}`);
    if (todo) say(`    → ${todo}`);
  }
}

function readable(): { config: Config; findings: Finding[] } {
  const file = configFile();
  try {
    const config = readConfig(file);
    const mode = readText(file) === null ? 0o600 : statSync(file).mode & 0o777;
    if (mode & 0o077) return { config, findings: [wrong(`${file} holds tokens, and others can read it.`, `chmod 600 ${file}`)] };
    return { config, findings: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      config: { connections: {} },
      findings: [wrong(`${file} cannot be read: ${why}`, `Remove it, then: flightdeck login, and connect your agents again`)],
    };
  }
}

async function checkServer({ url, apiToken }: Config): Promise<Finding[]> {
  if (!url || !apiToken) return [wrong('You are not logged in.', 'flightdeck login <url>')];
  const reached = await reach(url);
  if (reached.level === 'wrong') return [reached];
  try {
    const me = await call<Me>({ url, apiToken }, 'GET', '/api/me');
    return [reached, fine(`logged in as ${plain(me.user.email)}, in ${plain(me.organization?.name ?? 'no organization')}`)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [reached, wrong('The API token is not accepted.', `flightdeck login ${url}`)];
  }
}

/** Whether the server answers, and whether the two clocks agree. */
async function reach(url: string): Promise<Finding> {
  const startedMs = Date.now();
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    const took = Date.now() - startedMs;
    const answer: unknown = await response.json();
    if (!response.ok || typeof answer !== 'object' || answer === null || !('version' in answer))
      return wrong(
        `${url} answers, but not like Flightdeck (HTTP ${response.status}).`,
        'Check the address: flightdeck login <url>',
      );
    const skewMs = Date.parse(response.headers.get('date') ?? '') - (startedMs + took / 2);
    if (Math.abs(skewMs) > maxSkewMs) {
      const words = `This machine's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the server's.`;
      return odd(words, 'Set the clock (NTP), or times in sessions are wrong.');
    }
    return fine(`${url} answers in ${took} ms (version ${answer.version})`);
  } catch (error) {
    return wrong(
      `${url} cannot be reached (${reasonOf(error)}).`,
      'Is the address right, the server up, and a proxy or firewall in the way?',
    );
  }
}

/** An empty batch stores nothing: the server refuses it, and how tells whether the token is good. */
async function checkConnection(
  agent: NativeAgent,
  { url, token, project, waitMs, flavour }: Connection,
  { fail }: FailRule,
): Promise<Finding[]> {
  const what = `${project}: ${flavour === 'http' ? 'native http hooks' : `the command hook, ${waitMs} ms`}`;
  try {
    const response = await fetch(`${url}/hooks/${agent}/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(5000),
    });
    if (response.status === 400) return [fine(`connected to ${plain(what)}; its token is good`)];
    if (response.status === 401)
      return [wrong('Its token is not accepted: revoked, or of another server.', `flightdeck connect ${agent}`)];
    return [wrong(`${url}/hooks answers HTTP ${response.status}.`, 'Is the server as new as this command?')];
  } catch (error) {
    return [
      wrong(
        `${url} cannot be reached (${reasonOf(error)}); prompts and tools are ${fail === 'closed' ? 'refused' : 'let through'}.`,
        'See above.',
      ),
    ];
  }
}

function checkSettings(agent: NativeAgent): Finding[] {
  const receipt = readReceipt(agent);
  if (!receipt) return [wrong('There is no record of its settings.', `flightdeck connect ${agent}`)];
  return receipt.files.map((file) =>
    holds(file, readText(localPath(file.path)))
      ? fine(`${file.path} has the settings`)
      : wrong(`${file.path} lacks some of what was put in.`, `flightdeck connect ${agent}`),
  );
}

/** What switches hooks off, as far as files tell. */
function checkSwitches(agent: NativeAgent): Finding[] {
  if (agent === 'claude-code') {
    const places = ['~/.claude/settings.json', '.claude/settings.json', '.claude/settings.local.json'];
    return places
      .filter((path) => /"disableAllHooks"\s*:\s*true/.test(readText(localPath(path)) ?? ''))
      .map((path) => wrong(`${path} says "disableAllHooks": true, so that no hook runs.`, 'Take that line out.'));
  }
  if (agent === 'codex') return [codexTrust()];
  return /"hooksConfig"\s*:\s*\{[^}]*"enabled"\s*:\s*false/.test(readText(localPath('~/.gemini/settings.json')) ?? '')
    ? [wrong('~/.gemini/settings.json switches hooks off.', 'Set "hooksConfig": { "enabled": true }.')]
    : [];
}

/** Codex writes down what was approved as `hooks.state."<hooks.json>:<event>:…".trusted_hash`, and skips the rest without a word. */
function codexTrust(): Finding {
  const todo = 'Start codex in a terminal and approve the hooks when it says that hooks need review.';
  const hooks = localPath('~/.codex/hooks.json');
  let config: Record<string, unknown>;
  try {
    config = parseToml(readText(localPath('~/.codex/config.toml')) ?? '');
  } catch {
    return wrong('~/.codex/config.toml is not valid TOML.', 'Mend it; Codex does not start with it.');
  }
  const state = (config.hooks as { state?: Record<string, { trusted_hash?: unknown }> } | undefined)?.state ?? {}; // Codex's own table.
  const count = Object.entries(state).filter(([key, { trusted_hash }]) => key.startsWith(`${hooks}:`) && trusted_hash).length;
  if (count === 0) return wrong('Codex has not been told to trust the hooks, and skips them without a word.', todo);
  return fine(`Codex trusts ${count} hook(s) of ${hooks}`);
}

function checkSpool(agent: NativeAgent, connection: Connection): Finding[] {
  const root = spoolRoot(agent, connection);
  const outage = readOutage(root, Date.now());
  const spools = Spool.all(root);
  const bytes = spools.reduce((sum, spool) => sum + (spool.isEmpty() ? 0 : spool.backlogBytes()), 0);
  const dropped = spools.reduce((sum, spool) => sum + spool.droppedCount(), 0);
  const waiting = spools.filter((spool) => !spool.isEmpty()).length;
  const findings: Finding[] = [];
  if (outage) {
    const since = Math.round((Date.now() - outage.sinceMs) / 1000);
    findings.push(odd(`Hooks have found the server out of reach for ${since} s (${outage.reason}).`));
  }
  if (waiting > 0) {
    const sending = flusherPid(root) === null ? 'nobody is sending them' : 'they are being sent';
    findings.push(
      odd(`Hooks of ${waiting} session(s), ${Math.ceil(bytes / 1024)} KB, are unsent; ${sending}.`, `flightdeck flush ${agent}`),
    );
  }
  if (dropped > 0)
    findings.push(
      odd(`${dropped} hook(s) found the spool full during an outage and are lost.`, `rm ${root}/*/dropped clears this note.`),
    );
  return findings.length > 0 ? findings : [fine('nothing waits to be sent')];
}
