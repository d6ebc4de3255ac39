import { mkdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { NativeAgent } from '../../wire/agent.ts';
import type { ConnectFiles } from '../../wire/connect.ts';
import type { Project, TokenInfo } from '../../wire/identity.ts';
import type { SnapshotRules } from '../../wire/snapshot-rules.ts';
import { agents, isAgent, titleOf } from '../agent.ts';
import { call, type Login, listAll, requireLogin } from '../api.ts';
import { type Connection, readConfig, writeConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { rememberFail } from '../hook/fail-rule.ts';
import { rememberSnapshotRules } from '../hook/snapshot-rules.ts';
import { spoolRoot } from '../hook/spool-root.ts';
import { localPath } from '../paths.ts';
import { chosenOf, unknownProject } from '../projects.ts';
import { apply, backUp, type Plan, planConnect } from '../settings/apply.ts';
import { commandFlavour, hookCommand } from '../settings/command-flavour.ts';
import { httpFlavour } from '../settings/http-flavour.ts';
import { readReceipt, writeReceipt } from '../settings/receipt.ts';
import type { FileReceipt } from '../settings/settings-file.ts';
import { bold, dim, green, plain, say, yellow } from '../terminal.ts';
import type { Command, Options } from './command.ts';

export const connect: Command = {
  summary: 'Put the hooks and telemetry of Flightdeck into an agent’s settings',
  usage: `connect ${agents.join('|')} [--project <name>] [--fail open|closed|project] [--wait-ms <n>] [--native-http] [--dry-run]`,
  help: [
    'Merges into the settings that you have, keeps a copy beside them, and shows what it changed.',
    '`flightdeck disconnect` takes out exactly that. Connecting again changes nothing that is current.',
    '  --project <name>     Which project its sessions belong to; by name or id',
    '  --fail open|closed   What happens while Flightdeck is out of reach: the agent goes on (open), or its',
    '                       prompts and tools are refused (closed). Overrides the rule of the project on this',
    '                       machine; `--fail project`, or nothing at all, follows it',
    '  --wait-ms <n>        How long a hook waits for an answer; 2000 unless you say',
    '  --native-http        Claude Code only: let it post its hooks itself. Nothing is spooled then, every hook',
    '                       is a request of its own, and what happens while Flightdeck is out of reach is',
    '                       written into the settings (from Claude Code 2.1.295 on)',
    '  --dry-run            Show what would change, and change nothing here',
  ],
  options: {
    project: { type: 'string' },
    fail: { type: 'string' },
    'wait-ms': { type: 'string' },
    'native-http': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  maxPositionals: 1,
  run: async ([agent], options) => {
    if (!isAgent(agent)) throw new Failure(`Which agent? One of: ${agents.join(', ')}`, exitCodes.usage);
    const config = readConfig();
    const login = requireLogin(config);
    const old = config.connections[agent];
    const rules = rulesFrom(options, agent, old);
    const project = await chosenProject(login, options.text('project'), old);
    const isDryRun = options.has('dry-run');
    const { files, fail, token, tokenId, revoke } = await settingsFor(login, agent, project, old, isDryRun);
    const command = hookCommand(agent, thisCommand());
    const wanted = rules.flavour === 'http' ? httpFlavour(files, rules.fail) : commandFlavour(files, command);
    const earlier = readReceipt(agent);
    const plan = planConnect(wanted, earlier?.files ?? []);

    say(`${titleOf(agent)} → ${bold(login.url)}, project ${plain(project.name)}`);
    if (plan.changes.length === 0 && plan.refused.length === 0) say('Its settings are current.');
    for (const receipt of plan.receipts) show(receipt, plan, isDryRun);
    for (const { file, why, content } of plan.refused) {
      say(yellow(`! ${file} stays as it is, because ${why}. Add this by hand:`));
      say(content.trimEnd().replaceAll(/^/gm, '    '));
    }
    if (isDryRun) {
      await revoke();
      say('Nothing was changed.');
      return exitCodes.ok;
    }
    // The receipt first: a crash in between leaves one that says more than there is, and that does no harm.
    writeReceipt(agent, { command, files: plan.receipts });
    apply(plan.changes);
    const connection = { url: login.url, token, tokenId, projectId: project.id, project: project.name, ...rules };
    writeConfig({ ...config, connections: { ...config.connections, [agent]: connection } });
    const root = spoolRoot(agent, connection);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    rememberFail(root, fail);
    // The first session has begun before any answer could tell them.
    const path = `/api/projects/${project.id}/snapshot-rules`;
    rememberSnapshotRules(root, await call<SnapshotRules>(login, 'GET', path).catch(() => undefined));
    await revoke();
    for (const note of notes[agent]) say(`• ${note}`);
    return plan.refused.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

const notes: Record<NativeAgent, readonly string[]> = {
  'claude-code': ['Sessions that are running keep their old settings; the next one you start appears in Flightdeck.'],
  codex: [
    'Start codex once in a terminal and approve the hooks when it says that hooks need review. Until then it skips them without a word, in codex exec too.',
    'Sessions that are running keep their old settings.',
  ],
  'gemini-cli': [
    'Gemini CLI reads only the first .env that it finds, from your project upwards. If a project has its own, put the OTEL_EXPORTER_OTLP_HEADERS line there, too; without it no tokens arrive.',
    'Sessions that are running keep their old settings.',
  ],
};

function rulesFrom(
  options: Options,
  agent: NativeAgent,
  old: Connection | undefined,
): Pick<Connection, 'fail' | 'waitMs' | 'flavour'> {
  const said = options.text('fail') ?? old?.fail ?? 'project';
  if (said !== 'open' && said !== 'closed' && said !== 'project')
    throw new Failure('--fail is open, closed or project.', exitCodes.usage);
  const fail = said === 'project' ? undefined : said;
  const waitMs = Number(options.text('wait-ms') ?? old?.waitMs ?? 2000);
  // The shortest timeout in the agents' settings is three seconds, and the command needs a moment to start.
  if (!Number.isInteger(waitMs) || waitMs < 100 || waitMs > 2500)
    throw new Failure('--wait-ms is a whole number from 100 to 2500.', exitCodes.usage);
  const isNative = options.has('native-http');
  if (isNative && agent !== 'claude-code')
    throw new Failure(`${titleOf(agent)} knows command hooks only; leave --native-http out.`, exitCodes.usage);
  return { fail, waitMs, flavour: isNative ? 'http' : 'command' };
}

async function chosenProject(login: Login, wanted: string | undefined, old: Connection | undefined): Promise<Project> {
  const projects = await listAll<Project>(login, '/api/projects');
  const byDefault =
    projects.find(({ id }) => old?.url === login.url && id === old.projectId) ??
    (projects.length === 1 ? projects[0] : undefined);
  const chosen = wanted === undefined ? byDefault : chosenOf(projects, wanted);
  return chosen ?? unknownProject(projects, wanted);
}

interface Settings {
  files: ConnectFiles['files'];
  /** The project's rule. */
  fail: ConnectFiles['fail'];
  token: string;
  tokenId: string;
  /** Revokes the token that is not needed after all. */
  revoke(): Promise<void>;
}

/** The server's settings. It makes a token for each asking; one that this machine has already is kept, and the new one revoked. */
async function settingsFor(
  login: Login,
  agent: NativeAgent,
  project: Project,
  old: Connection | undefined,
  isDryRun: boolean,
): Promise<Settings> {
  const path = `/api/projects/${project.id}`;
  const { files, tokenId, fail } = await call<ConnectFiles>(login, 'POST', `${path}/connect/${agent}`, {});
  const stray = files.find((file) => !/^~\/\.(?:claude|codex|gemini)\/[\w-]*(?:\.[\w-]+)*$/.test(file.path));
  if (stray) throw new Failure(`The server wants to write to ${plain(stray.path)}, which is no agent's. Nothing was changed.`);
  const [token] = files.flatMap(({ content }) => /\bfdi_[\w.-]+/.exec(content)?.[0] ?? []);
  if (token === undefined)
    throw new Failure('The server sent settings without a token; it may be newer than this command. Update it.');
  const revoking = (projectId: string, id: string) => async () => {
    // It may be somebody else's, or gone: a token too many is no harm, and Settings lists it.
    await call(login, 'DELETE', `/api/projects/${projectId}/ingest-tokens/${id}`).catch(() => undefined);
  };
  const isOurs = old?.url === login.url;
  if (old && isOurs && old.projectId === project.id && (await isValid(login, path, old.tokenId))) {
    const kept = files.map((file) => ({ ...file, content: file.content.replaceAll(token, old.token) }));
    return { files: kept, fail, token: old.token, tokenId: old.tokenId, revoke: revoking(project.id, tokenId) };
  }
  if (isDryRun) return { files, fail, token, tokenId, revoke: revoking(project.id, tokenId) };
  return { files, fail, token, tokenId, revoke: old && isOurs ? revoking(old.projectId, old.tokenId) : async () => undefined };
}

async function isValid(login: Login, projectPath: string, tokenId: string): Promise<boolean> {
  const tokens = await listAll<TokenInfo>(login, `${projectPath}/ingest-tokens`);
  return tokens.some(({ id, revokedAt }) => id === tokenId && revokedAt === null);
}

/** How an agent calls this very program. */
function thisCommand(): string[] {
  const [node = 'node', script = ''] = process.argv;
  const self = realpathSync(script);
  const first = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => real(join(folder, 'flightdeck')) ?? [])[0];
  return first === self ? ['flightdeck'] : [node, self];
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function show(receipt: FileReceipt, { changes }: Plan, isDryRun: boolean): void {
  const change = changes.find(({ file }) => file === localPath(receipt.path));
  if (!change) {
    say(`${dim('=')} ${receipt.path} is current`);
    return;
  }
  const backup = isDryRun ? null : backUp(change, receipt.before);
  say(`${green('+')} ${change.file}${backup ? dim(`  (as it was: ${backup})`) : ''}`);
  const { json, block } = receipt;
  if (json && json.hooks.length > 0) say(`    hooks ${[...new Set(json.hooks.map(({ event }) => event))].join(', ')}`);
  for (const { path, value, before } of json?.values ?? []) {
    say(
      `    ${path.join('.')} = ${masked(JSON.stringify(value))}${before ? yellow(`  instead of ${masked(JSON.stringify(before.value))}`) : ''}`,
    );
  }
  if (block !== undefined) say(masked(block.trim()).replaceAll(/^/gm, '    '));
}

const masked = (text: string): string => text.replaceAll(/fd[ai]_[\w.-]+/g, (token) => `${token.slice(0, 8)}…`);
