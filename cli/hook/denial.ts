import type { NativeAgent } from '../../wire/agent.ts';

/**
 * What refuses a question in the agent's own words when nobody can be asked; null for a hook that decides nothing. It is what the
 * server says for a `deny`, which a test compares: the agent goes on, and reads why.
 */
export function denial(agent: NativeAgent, hook: string, reason: string): object | null {
  if (agent === 'gemini-cli') {
    return ['BeforeTool', 'BeforeAgent', 'BeforeModel'].includes(hook) ? { decision: 'deny', reason } : null;
  }
  switch (hook) {
    case 'PreToolUse':
      return { hookSpecificOutput: { hookEventName: hook, permissionDecision: 'deny', permissionDecisionReason: reason } };
    case 'UserPromptSubmit':
      return { decision: 'block', reason };
    case 'PermissionRequest':
      return { hookSpecificOutput: { hookEventName: hook, decision: { behavior: 'deny', message: reason } } };
    default:
      return null;
  }
}

/** Whether an answer keeps the tool call from running. */
export function refusesCall(answer: object): boolean {
  const { decision, hookSpecificOutput }: { decision?: unknown; hookSpecificOutput?: unknown } = answer;
  if (decision === 'deny') return true;
  return typeof hookSpecificOutput === 'object' && Reflect.get(hookSpecificOutput ?? {}, 'permissionDecision') === 'deny';
}
