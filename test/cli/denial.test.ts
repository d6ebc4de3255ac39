import { describe, expect, it } from 'vitest';
import { agents } from '../../cli/agent.ts';
import { denial } from '../../cli/hook/denial.ts';
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
});
