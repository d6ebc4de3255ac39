import type { Verdict } from '../../../wire/verdict.ts';

/**
 * What Claude Code obeys, as measured on 2.1.290 and 2.1.329. Hooks that cannot hold anything back get `{}`: a `block` on Stop
 * or SubagentStop would make the agent go on, PostToolUseFailure ignores its answer, and SessionStart's is thrown away.
 */
export function answerClaudeCode(hook: string, verdict: Verdict, messages: readonly string[] = []): object {
  if (verdict.type === 'allow') {
    if (messages.length > 0) return told(hook, messages.join('\n\n'));
    return verdict.reason === undefined ? {} : approved(hook, verdict.reason);
  }
  const { type, reason } = verdict;
  if (type === 'defer') return hook === 'PreToolUse' ? permission('defer', reason) : {};
  switch (hook) {
    case 'PreToolUse':
      // `continue: false` alone lets the tool run before the turn ends, and a deny alone lets the turn go on: a stop is both.
      return type === 'stop' ? { ...permission('deny', reason), ...ending(reason) } : permission(type, reason);
    case 'UserPromptSubmit':
      return type === 'ask' ? {} : { decision: 'block', reason };
    case 'PermissionRequest':
      // Without an answer the person at the terminal is asked, which is what `ask` wants.
      return type === 'ask' ? {} : { hookSpecificOutput: { hookEventName: hook, decision: refusal(type === 'stop', reason) } };
    case 'PostToolUse':
    case 'PostToolBatch':
      return type === 'stop' ? ending(reason) : {};
    default:
      return {};
  }
}

const carriers = new Set(['UserPromptSubmit', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'Stop']);

/** Where Claude Code's model reads what we say, as measured: beside a prompt or a tool's result, or instead of stopping. */
export const claudeCodeCarries = (hook: string): boolean => carriers.has(hook);

function told(hook: string, text: string): object {
  // A `block` on Stop makes the agent go on with its reason as the next thing it reads.
  if (hook === 'Stop') return { decision: 'block', reason: text };
  return carriers.has(hook) ? { hookSpecificOutput: { hookEventName: hook, additionalContext: text } } : {};
}

/** A person said yes: the agent need not ask its own. */
function approved(hook: string, reason: string): object {
  if (hook === 'PreToolUse') return permission('allow', reason);
  return hook === 'PermissionRequest' ? { hookSpecificOutput: { hookEventName: hook, decision: { behavior: 'allow' } } } : {};
}

function permission(permissionDecision: 'allow' | 'deny' | 'ask' | 'defer', permissionDecisionReason: string) {
  // Without its own event's name in it the whole answer is void, and the tool runs.
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason } };
}

function refusal(interrupt: boolean, message: string) {
  return interrupt ? { behavior: 'deny', message, interrupt } : { behavior: 'deny', message };
}

function ending(stopReason: string) {
  return { continue: false, stopReason };
}
