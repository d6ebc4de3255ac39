import type { Verdict } from '../../../wire/verdict.ts';

/**
 * What Gemini CLI obeys, as measured on 0.61.0: a top-level `decision` denies, `continue: false` ends the loop. Claude's shape is
 * ignored there, and a deny of AfterAgent would make the agent try again.
 */
export function answerGeminiCli(hook: string, verdict: Verdict): object {
  if (verdict.type === 'allow') return {};
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
