import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import type { Rule, RuleList } from '../../../wire/rule.ts';
import type { Browser } from '../identity/client.ts';
import { signUp } from '../identity/client.ts';

let browser: Browser;
beforeAll(async () => {
  ({ browser } = await signUp('Rules'));
});

const make = (body: object, headers: Record<string, string> = {}) => browser.json<Rule>('/api/rules', { body, headers });
const change = (id: string, body: object) => browser.call(`/api/rules/${id}`, { method: 'PATCH', body });
const kept = async (id: string) => (await browser.json<RuleList>('/api/rules')).items.find((rule) => rule.id === id);

describe('a rule', () => {
  it('is made once for one Idempotency-Key, and answered as it was made', async () => {
    const ask = (name: string) => make({ name, tool: 'Bash' }, { 'idempotency-key': 'one rule' });
    const first = await ask('pushing');
    expect(await ask('something else')).toEqual(first);
    const { items } = await browser.json<RuleList>('/api/rules');
    expect(items.filter(({ id }) => id === first.id)).toEqual([first]);
  });

  it('keeps a condition, whichever of two people takes one away first', async () => {
    const { id } = await make({ name: 'deleting', tool: 'Bash', command: 'rm *' });
    const answers = await Promise.all([change(id, { tool: null }), change(id, { command: null })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    const { tool, command } = (await kept(id)) ?? {};
    expect([tool, command].filter((condition) => condition !== null)).toHaveLength(1);
  });

  it('that a change would leave without sense is refused by its field, and stays as it was', async () => {
    const rule = await make({ name: 'reading', tool: 'Read', path: '*.env' });
    const refused = await change(rule.id, { command: 'cat *' });
    expect(refused.status).toBe(400);
    expect((await refused.json<Problem>()).errors).toMatchObject([{ path: 'command' }]);
    expect(await kept(rule.id)).toEqual(rule);
  });

  it('that is not there cannot be changed', async () => {
    expect((await change('rul_0', { name: 'x' })).status).toBe(404);
  });
});
