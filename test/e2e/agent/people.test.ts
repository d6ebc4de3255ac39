import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { Workplace } from './workplace.ts';

describe('a real Claude Code that people speak to', () => {
  let place: Workplace;
  const bash = (command: string) => `[[Bash ${JSON.stringify({ command })}]]`;

  beforeAll(async () => {
    place = await Workplace.open('people');
  });
  afterAll(() => place.close());

  it('gives its model a message at the next hook, once', async () => {
    const run = place.start(`[[delay 700]] ${bash('echo one')} ${bash('echo two')}`);
    await place.session(run);
    await place.account.call('POST', `/api/sessions/${run.id}/messages`, { text: 'Mind the gap, please.' });
    expect(await run.ended).toMatchObject({ terminal_reason: 'completed' });
    const read = place.modelCalls('Mind the gap, please.');
    expect(read.length).toBeGreaterThan(0);
    expect(read.map((text) => text.split('Mind the gap, please.').length - 1)).toEqual(read.map(() => 1));
    expect((await place.session(run)).unreadMessages ?? 0).toBe(0);
    expect((await place.events(run)).filter(({ delivered }) => delivered)).toHaveLength(1);
  });

  it('ends subagent and parent when it is stopped while the subagent runs', async () => {
    const prompt = `[[delay 1000]] ${bash('echo sub 1')} ${bash('echo sub 2')} ${bash('echo sub 3')}`;
    const agent = { description: 'd', prompt, subagent_type: 'general-purpose', run_in_background: false };
    const run = place.start(`[[Agent ${JSON.stringify(agent)}]]`);
    const isSub = ({ type, subagentId }: { type: string; subagentId?: string }) =>
      type === 'tool.finished' && subagentId !== undefined;
    await eventually(async () => (await place.events(run).catch(() => [])).some(isSub));
    await place.control(run, 'stop');
    const callsBefore = place.modelCalls('echo sub').length;
    expect(await run.ended).toMatchObject({ terminal_reason: 'hook_stopped', result: '' });
    const calls = (await place.events(run)).filter(({ type, refused }) => type === 'tool.started' && !refused);
    // The parent's call of the subagent, and the subagent's first.
    expect(calls.map(({ tool }) => tool)).toEqual([expect.stringMatching(/Agent|Task/), 'Bash']);
    expect(place.modelCalls('echo sub').length, 'the one in flight').toBeLessThanOrEqual(callsBefore + 1);
    expect((await place.session(run)).status).toBe('cancelled');
  });
});
