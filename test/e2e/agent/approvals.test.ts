import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from './workplace.ts';

describe('a real Claude Code whose calls a rule asks about', () => {
  let place: Workplace;
  const done = 'Done: hi from the fake model.';
  const bash = (command: string) => `[[Bash ${JSON.stringify({ command })}]]`;
  const finished = async (run: { id: string }) => (await place.events(run)).filter(({ type }) => type === 'tool.finished');

  beforeAll(async () => {
    place = await Workplace.open('approvals');
    await place.rule({ name: 'Careful', command: 'echo careful*', waitSeconds: 120 });
    await place.rule({ name: 'Nobody there', command: 'echo nobody*', waitSeconds: 5, unanswered: 'deny' });
    await place.rule({ name: 'Later', command: 'echo later*', waitSeconds: 5, unanswered: 'defer' });
  });
  afterAll(() => place.close());

  it('waits, and runs the call when it is allowed', async () => {
    const run = place.start(bash('echo careful allow'));
    const approval = await place.waiting(run);
    expect(approval).toMatchObject({ tool: 'Bash', words: 'echo careful allow', unanswered: 'deny' });
    expect(await place.session(run)).toMatchObject({ status: 'waiting' });
    expect(await finished(run)).toEqual([]);
    await place.decide(run, approval, { decision: 'allow' });
    expect(await run.ended).toMatchObject({ result: done, terminal_reason: 'completed' });
    expect(await finished(run)).toHaveLength(1);
  });

  it('does not run what is denied, and its model reads the note', async () => {
    const run = place.start(bash('echo careful deny'));
    await place.decide(run, await place.waiting(run), { decision: 'deny', note: 'Use the staging bucket.' });
    expect(await run.ended).toMatchObject({ terminal_reason: 'completed' });
    expect(await finished(run)).toEqual([]);
    expect(place.modelCalls('Use the staging bucket.')).toHaveLength(1);
  });

  it('hears the rule’s answer in time when nobody answers, and leaves where the rule defers until somebody has', async () => {
    const [unanswered, allowed, denied] = ['nobody', 'later allow', 'later deny'].map((words) =>
      place.start(bash(`echo ${words}`)),
    );
    if (!unanswered || !allowed || !denied) throw new Error('Three were started.');
    const [, ...deferred] = await Promise.all([unanswered.ended, allowed.ended, denied.ended]);
    expect(await finished(unanswered)).toEqual([]);
    expect(place.modelCalls('Nobody answered within 5 seconds')).toHaveLength(1);
    expect(deferred).toMatchObject([{ terminal_reason: 'tool_deferred' }, { terminal_reason: 'tool_deferred' }]);
    for (const run of [allowed, denied]) {
      const approval = await place.waiting(run);
      expect(approval.deferred).toBe(true);
      expect(await place.session(run)).toMatchObject({ status: 'waiting' });
      await place.decide(run, approval, { decision: run === allowed ? 'allow' : 'deny', note: 'Decided later.' });
    }
    const resumed = await Promise.all([place.resume(allowed), place.resume(denied)]);
    expect(resumed).toMatchObject([{ terminal_reason: 'completed' }, { terminal_reason: 'completed' }]);
    const calls = (await finished(allowed)).map(({ input }) => JSON.stringify(input));
    expect(calls).toEqual([expect.stringContaining('echo later allow')]);
    expect(await finished(denied)).toEqual([]);
    expect(place.modelCalls('Decided later.')).toHaveLength(1);
  });
});
