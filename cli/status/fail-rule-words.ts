import type { FailRule } from '../hook/fail-rule.ts';

/** The rule for an outage as a sentence, with where it comes from. */
export function failRuleWords({ fail, from }: FailRule): string {
  const what = fail === 'open' ? 'the agent goes on' : 'prompts and tools are refused';
  return `while Flightdeck is out of reach ${what} (fail ${fail}, ${sources[from]})`;
}

const sources: Record<FailRule['from'], string> = {
  here: 'set here by connect --fail',
  project: 'as the project says',
  nobody: 'as long as the project has not said',
};
