import type { NativeAgent } from '../../wire/agent.ts';
import { limits } from '../../wire/limits.ts';
import type { WantedFile } from './settings-file.ts';

type Handler = Record<string, unknown>;

/** Hooks that may wait for a person: our command does so for as long as the rule says, and the agent must not end it before. */
const waiting = new Set(['PreToolUse', 'PermissionRequest', 'BeforeTool']);
/** The longest rule, and a minute for the last answer to travel. Claude Code and Codex count seconds, Gemini CLI milliseconds. */
const waitSeconds = limits.maxApprovalWaitSeconds + 60;

/**
 * The server's settings with our command in place of its curl and http hooks. What only those need goes: curl's own settings file, and
 * the token in the environment of http hooks.
 */
export function commandFlavour(files: readonly WantedFile[], command: string): WantedFile[] {
  return files
    .filter(({ path }) => !path.endsWith('.curl'))
    .map((file) => (file.path.endsWith('.json') ? { ...file, content: withCommand(file, command) } : file));
}

/** The command that agents call: by name where the PATH leads here, else by path. */
export function hookCommand(agent: NativeAgent, flightdeck: readonly string[]): string {
  return [...flightdeck.map(shellWord), 'hook', agent].join(' ');
}

function withCommand({ path, content }: WantedFile, command: string): string {
  const waitTimeout = path.startsWith('~/.gemini/') ? waitSeconds * 1000 : waitSeconds;
  // The server's own file: { env?, hooks: { event: [{ hooks: [handler] }] }, … }.
  const settings = JSON.parse(content) as { env?: Record<string, unknown>; hooks: Record<string, { hooks: Handler[] }[]> };
  const hooks = Object.fromEntries(
    Object.entries(settings.hooks).map(([event, groups]) => [
      event,
      groups.map((group) => ({
        ...group,
        hooks: group.hooks.map(({ name, timeout }) => ({
          type: 'command',
          ...(name !== undefined && { name }),
          command,
          timeout: waiting.has(event) ? waitTimeout : timeout,
        })),
      })),
    ]),
  );
  const { FLIGHTDECK_TOKEN: _, ...env } = settings.env ?? {};
  return JSON.stringify({ ...settings, ...(settings.env && { env }), hooks });
}

const shellWord = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
