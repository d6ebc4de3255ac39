import type { Verdict } from '../../../wire/verdict.ts';

/**
 * What Codex obeys, as measured on 0.169.0. Its answers are strict: one key that an event does not support voids the whole answer
 * and the tool runs, so a stop before a tool is a plain deny, and the next prompt is what ends the run. Nothing stops it in
 * mid-turn: PostToolUse would only replace the output that the model sees.
 */
export function answerCodex(hook: string, verdict: Verdict, messages: readonly string[] = []): object {
  if (verdict.type === 'allow') {
    if (messages.length > 0) return told(hook, messages.join('\n\n'));
    // Its PreToolUse knows no allow that spares the terminal's question; the question itself may be answered.
    const isAnswer = hook === 'PermissionRequest' && verdict.reason !== undefined;
    return isAnswer ? { hookSpecificOutput: { hookEventName: hook, decision: { behavior: 'allow' } } } : {};
  }
  const { type, reason } = verdict;
  switch (hook) {
    case 'PreToolUse':
      // `ask` is not supported and lets the tool run; what must not run unasked is refused.
      return { hookSpecificOutput: { hookEventName: hook, permissionDecision: 'deny', permissionDecisionReason: reason } };
    case 'UserPromptSubmit':
      return type === 'ask' ? {} : { decision: 'block', reason };
    case 'PermissionRequest':
      // Without an answer Codex asks the person at the terminal.
      return type === 'ask'
        ? {}
        : { hookSpecificOutput: { hookEventName: hook, decision: { behavior: 'deny', message: reason } } };
    case 'SessionStart':
      return type === 'stop' ? { continue: false, stopReason: reason } : {};
    default:
      return {};
  }
}

const carriers = new Set(['UserPromptSubmit', 'PostToolUse', 'Stop']);

/** Where Codex' model reads what we say, by the output schemas in its binary. */
export const codexCarries = (hook: string): boolean => carriers.has(hook);

function told(hook: string, text: string): object {
  if (hook === 'Stop') return { decision: 'block', reason: text };
  return carriers.has(hook) ? { hookSpecificOutput: { hookEventName: hook, additionalContext: text } } : {};
}
