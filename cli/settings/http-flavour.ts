import type { FailMode } from '../../wire/organization-limits.ts';
import type { WantedFile } from './settings-file.ts';

type Handler = Record<string, unknown>;

/**
 * The server's settings for an agent that posts its hooks itself. They say what the project wants done while the server is out of reach;
 * a rule of this machine is written in its place, on the same hooks.
 */
export function httpFlavour(files: readonly WantedFile[], fail: FailMode | undefined): WantedFile[] {
  if (fail === undefined) return [...files];
  return files.map((file) => (file.path.endsWith('.json') ? { ...file, content: withRule(file.content, fail) } : file));
}

/** Where Claude Code was seen to be held by a hook that fails. */
const holding = new Set(['UserPromptSubmit', 'PreToolUse']);

function withRule(content: string, fail: FailMode): string {
  // The server's own file: { env, hooks: { event: [{ hooks: [handler] }] } }.
  const settings = JSON.parse(content) as { hooks: Record<string, { hooks: Handler[] }[]> };
  const hooks = Object.fromEntries(
    Object.entries(settings.hooks).map(([event, groups]) => [
      event,
      groups.map((group) => ({ ...group, hooks: group.hooks.map(ruled(event, fail)) })),
    ]),
  );
  return JSON.stringify({ ...settings, hooks });
}

const ruled =
  (event: string, fail: FailMode) =>
  (handler: Handler): Handler =>
    handler.type === 'http' ? { ...handler, onFailure: fail === 'closed' && holding.has(event) ? 'block' : 'continue' } : handler;
