import type { Verdict } from '../../../wire/verdict.ts';

/**
 * What Codex obeys, as measured on 0.169.0. Its answers are strict: one key that an event does not support voids the whole answer
 * and the tool runs, so a stop before a tool is a plain deny, and the next prompt is what ends the run. Nothing stops it in
 * mid-turn: PostToolUse would only replace the output that the model sees.
 */
export function answerCodex(hook: string, verdict: Verdict): object {
  if (verdict.type === 'allow') return {};
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
