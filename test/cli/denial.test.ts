import { describe, expect, it } from 'vitest';
import { agents } from '../../cli/agent.ts';
import { denial, refusesCall } from '../../cli/hook/denial.ts';
import { kindOf } from '../../cli/hook/kinds.ts';
import { connectFiles } from '../../worker/adapters/connect.ts';
import { dialects } from '../../worker/adapters/index.ts';

const reason = 'Flightdeck cannot be reached.';
const hooksOf = (agent: (typeof agents)[number]): string[] => {
  const { files } = connectFiles(agent, { baseUrl: 'https://flightdeck.test', token: 'fdi_x' });
  return files.flatMap(({ path, content }) => (path.endsWith('.json') ? Object.keys(JSON.parse(content).hooks) : []));
};
const cases = agents.flatMap((agent) => [...hooksOf(agent), 'BeforeModel', 'NoSuchHook'].map((hook) => [agent, hook] as const));

describe('the command hook, which has no dialect of its own,', () => {
  it.each(cases)('denies as the server would: %s %s', (agent, hook) => {
    expect(denial(agent, hook, reason) ?? {}).toEqual(dialects[agent].answer(hook, { type: 'deny', reason }));
  });

  // A PostToolBatch follows each of them before the next model call, and asks for both.
  const isAskedLater = (agent: string, hook: string) =>
    agent === 'claude-code' && ['PostToolUse', 'PostToolUseFailure'].includes(hook);

  it.each(cases)('asks wherever a denial, a stop or a message means something: %s %s', (agent, hook) => {
    const decides = (type: 'deny' | 'stop') => Object.keys(dialects[agent].answer(hook, { type, reason })).length > 0;
    const isAsked = kindOf(agent, hook) === 'ask' || isAskedLater(agent, hook);
    expect(isAsked).toBe(decides('deny') || decides('stop') || dialects[agent].carries(hook));
  });

  it.each(agents)('knows which answers of %s keep a call from running', (agent) => {
    const { answer } = dialects[agent];
    const call = agent === 'gemini-cli' ? 'BeforeTool' : 'PreToolUse';
    expect((['deny', 'stop'] as const).map((type) => refusesCall(answer(call, { type, reason })))).toEqual([true, true]);
    expect(refusesCall(answer(call, { type: 'allow' }))).toBe(false);
    expect(refusesCall(answer(call, { type: 'allow', reason }))).toBe(false);
    expect(refusesCall(answer('Stop', { type: 'allow' }, ['Go on.'])), 'a message is no refusal').toBe(false);
  });

  it('leaves a call alone that Claude Code asks the person at the terminal about', () => {
    const { answer } = dialects['claude-code'];
    expect((['ask', 'defer'] as const).map((type) => refusesCall(answer('PreToolUse', { type, reason })))).toEqual([
      false,
      false,
    ]);
    expect(refusesCall({ hookSpecificOutput: null })).toBe(false);
  });
});
