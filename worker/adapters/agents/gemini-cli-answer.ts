import type { Verdict } from '../../../wire/verdict.ts';

/**
 * What Gemini CLI obeys, as measured on 0.61.0: a top-level `decision` denies, `continue: false` ends the loop. Claude's shape is
 * ignored there, and a deny of AfterAgent would make the agent try again.
 */
export function answerGeminiCli(hook: string, verdict: Verdict, messages: readonly string[] = []): object {
  if (verdict.type === 'allow') return messages.length > 0 && carriers.has(hook) ? told(hook, messages.join('\n\n')) : {};
  const { type, reason } = verdict;
  const denied = { decision: 'deny', reason };
  const ended = { continue: false, stopReason: reason };
  switch (hook) {
    case 'BeforeTool':
      // It has no way to ask: what must not run unasked is refused.
      return type === 'stop' ? { ...denied, ...ended } : denied;
    case 'BeforeAgent':
    case 'BeforeModel':
      if (type === 'ask') return {};
      return type === 'stop' ? { ...denied, ...ended } : denied;
    case 'AfterTool':
      return type === 'stop' ? ended : {};
    default:
      return {};
  }
}

const carriers = new Set(['BeforeAgent', 'AfterTool']);

/** Where Gemini CLI adds what we say to what its model reads, by its documents. */
export const geminiCliCarries = (hook: string): boolean => carriers.has(hook);

const told = (hookEventName: string, additionalContext: string): object => ({
  hookSpecificOutput: { hookEventName, additionalContext },
});
