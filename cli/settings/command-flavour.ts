import type { NativeAgent } from '../../wire/agent.ts';
import type { WantedFile } from './settings-file.ts';

type Handler = Record<string, unknown>;

/**
 * The server's settings with our command in place of its curl and http hooks. What only those need goes: curl's own settings file, and
 * the token in the environment of http hooks.
 */
export function commandFlavour(files: readonly WantedFile[], command: string): WantedFile[] {
  return files
    .filter(({ path }) => !path.endsWith('.curl'))
    .map((file) => (file.path.endsWith('.json') ? { ...file, content: withCommand(file.content, command) } : file));
}

/** The command that agents call: by name where the PATH leads here, else by path. */
export function hookCommand(agent: NativeAgent, flightdeck: readonly string[]): string {
  return [...flightdeck.map(shellWord), 'hook', agent].join(' ');
}

function withCommand(content: string, command: string): string {
  // The server's own file: { env?, hooks: { event: [{ hooks: [handler] }] }, … }.
  const settings = JSON.parse(content) as { env?: Record<string, unknown>; hooks: Record<string, { hooks: Handler[] }[]> };
  const hooks = Object.fromEntries(
    Object.entries(settings.hooks).map(([event, groups]) => [
      event,
      groups.map((group) => ({ ...group, hooks: group.hooks.map((handler) => ours(handler, command)) })),
    ]),
  );
  const { FLIGHTDECK_TOKEN: _, ...env } = settings.env ?? {};
  return JSON.stringify({ ...settings, ...(settings.env && { env }), hooks });
}

function ours({ name, timeout }: Handler, command: string): Handler {
  return { type: 'command', ...(name !== undefined && { name }), command, timeout };
}

const shellWord = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
