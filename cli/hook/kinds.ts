import type { NativeAgent } from '../../wire/agent.ts';

/**
 * What a hook wants of us. `ask`: its answer can hold the agent back, or tell its model what people wrote, so the agent waits for it.
 * `deliver`: the agent may be gone after it, so it is sent at once, with what waits before it. `tell`: it is sent within two
 * seconds, together with others.
 */
export type HookKind = 'ask' | 'deliver' | 'tell';

// As measured with each agent. Claude Code obeys what is said at PostToolUse, too, but a PostToolBatch follows it before the next model call.
const asking: Record<NativeAgent, readonly string[]> = {
  'claude-code': ['PreToolUse', 'UserPromptSubmit', 'PermissionRequest', 'PostToolBatch', 'Stop'],
  codex: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'Stop'],
  'gemini-cli': ['BeforeAgent', 'BeforeTool', 'BeforeModel', 'AfterTool'],
};
const delivering = new Set(['SessionEnd', 'StopFailure', 'Interrupt', 'AfterAgent']);

export function kindOf(agent: NativeAgent, hook: string): HookKind {
  if (asking[agent].includes(hook)) return 'ask';
  return delivering.has(hook) ? 'deliver' : 'tell';
}
