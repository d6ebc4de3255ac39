import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from './workplace.ts';

/** What the fake model's usage costs by the client's own price list. */
const callMicroUsd = 18_948;
const limitMicroUsd = 50_000;

describe('a real Claude Code with a budget of $0.05 for its session', () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open('budget');
    for (const name of files) place.write(`project/${name}`, name);
  });
  afterAll(() => place.close());
  const files = Array.from({ length: 20 }, (_, index) => `${index}.txt`);
  const bash = (command: string) => `[[Bash ${JSON.stringify({ command })}]]`;

  it('is stopped at the call that would cross it, and goes on in the same session when it is raised', async () => {
    // Each model call takes longer than its cost takes to arrive.
    const run = place.start(`[[delay 2000]] ${[1, 2, 3, 4, 5, 6].map((step) => bash(`echo step ${step}`)).join(' ')}`);
    await place.session(run);
    await place.limit(run, limitMicroUsd);
    const stopped = await run.ended;
    expect(stopped).toMatchObject({ terminal_reason: 'hook_stopped', result: '' });
    const held = await place.session(run, ({ budget }) => (budget?.spentMicroUsd ?? 0) >= 2 * callMicroUsd);
    expect(held.status).toBe('budget_exceeded');
    const calls = (await place.events(run)).filter(({ type }) => type === 'tool.started');
    const refused = calls.filter((event) => event.refused);
    expect(refused).toEqual([calls.at(-1)]);
    expect(refused[0]?.refused).toMatchObject({ because: 'budget_exceeded', reason: expect.stringContaining('$0.05') });
    console.log(
      `$0.05: ${calls.length - 1} calls ran, the next was refused; spent ${held.costMicroUsd} µ$, ` +
        `${held.costMicroUsd - limitMicroUsd} over, one model call is ${callMicroUsd}`,
    );
    expect(held.costMicroUsd - limitMicroUsd).toBeLessThanOrEqual(callMicroUsd);

    await place.limit(run, 1_000_000);
    const resumed = await place.resume(run, bash('echo raised'));
    expect(resumed).toMatchObject({ session_id: run.externalId, result: 'Done: hi from the fake model.' });
    const ran = (await place.events(run)).filter(({ type }) => type === 'tool.finished');
    expect(JSON.stringify(ran.at(-1)?.input)).toContain('echo raised');
  });

  it('with twenty calls at once overshoots by nothing beyond the model call in flight', async () => {
    await place.account.call('PUT', '/api/rates/read', { perExecutionMicroUsd: 4000, perKbMicroUsd: 0 });
    const reads = files.map((name) => ({ name: 'Read', input: { file_path: place.path(name) } }));
    const run = place.start(`[[delay 600]] [[batch ${JSON.stringify(reads)}]]`);
    await place.session(run);
    await place.limit(run, limitMicroUsd);
    const stopped = await run.ended;
    expect(stopped.terminal_reason).toBe('hook_stopped');
    const session = await place.session(run, ({ costMicroUsd, budget }) => costMicroUsd > 0 && budget?.reservedMicroUsd === 0);
    const calls = (await place.events(run)).filter(({ type }) => type === 'tool.started');
    const ran = calls.filter((event) => !event.refused);
    expect(calls).toHaveLength(20);
    expect(ran.length * 4000).toBeLessThanOrEqual(limitMicroUsd);
    const over = session.costMicroUsd - limitMicroUsd;
    console.log(
      `20 calls of 4000 µ$ at once: ${ran.length} ran; ${session.costMicroUsd} µ$ in all, ${over} over the limit, of which the ` +
        `model call in flight is ${callMicroUsd}`,
    );
    expect(over).toBeLessThanOrEqual(callMicroUsd);
  });
});
