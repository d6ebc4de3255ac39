import { describe, expect, it } from 'vitest';
import { elapsed } from '../../../web/format.ts';
import { ApprovalsModel, deadlineWords } from '../../../web/models/approvals/approvals.ts';
import type { Approval, ApprovalList } from '../../../wire/approval.ts';
import { listedApprovals } from '../../../wire/listed-approvals.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { session as sessionWith } from '../session/session-fixture.ts';

const approval = (rest: Partial<Approval> = {}): Approval => ({
  id: 'apr_3',
  seq: 3,
  tool: 'Bash',
  words: 'npm publish',
  reason: 'Rule “publishing” asks a person first.',
  costMicroUsd: 0,
  askedAt: '2026-11-21T12:00:00.000Z',
  until: '2026-11-21T12:04:00.000Z',
  unanswered: 'deny',
  ...rest,
});
const session = (lastSeq: number, approvals?: Approval[]): SessionSummary =>
  sessionWith({ lastSeq, ...(approvals && { approvals }) });

function open(pages: ApprovalList[] = [{ items: [], nextCursor: null }]) {
  const decided: string[] = [];
  const model = new ApprovalsModel({
    list: async (cursor) => pages[cursor === undefined ? 0 : Number(cursor)] ?? { items: [], nextCursor: null },
    decide: async (_, id) => {
      decided.push(id);
      return session(9);
    },
  });
  return { model, decided };
}

describe('the approvals', () => {
  it('are read to the last page, the most urgent first', async () => {
    const [late] = listedApprovals(session(3, [approval()]));
    const [soon] = listedApprovals({ ...session(3, [approval({ until: '2026-11-21T12:01:00.000Z' })]), id: 'ses_2' });
    if (!late || !soon) throw new Error('no cards');
    const { model } = open([
      { items: [late], nextCursor: '1' },
      { items: [soon], nextCursor: null },
    ]);
    await model.load();
    expect(model.items.value.map(({ sessionId }) => sessionId)).toEqual(['ses_2', late.sessionId]);
  });

  it('that were answered while the feed was cut go with the next reading, and no late frame brings them back', async () => {
    const { model } = open();
    model.apply({ type: 'session', session: session(3, [approval()]) });
    await model.load();
    expect(model.count.value, 'the feed knows better than the list').toBe(1);
    model.apply({ type: 'hello' });
    await model.load();
    expect(model.count.value).toBe(0);
    model.apply({ type: 'session', session: session(2, [approval({ id: 'apr_2', seq: 2 })]) });
    expect(model.count.value).toBe(0);
  });

  it('come and go with what the feed says of their session, and an older word changes nothing', async () => {
    const { model } = open();
    await model.load();
    model.apply({ type: 'session', session: session(3, [approval()]) });
    expect(model.count.value).toBe(1);
    model.apply({ type: 'session', session: session(2) });
    expect(model.count.value).toBe(1);
    model.apply({ type: 'session', session: session(4) });
    expect(model.count.value).toBe(0);
    expect(model.gone.value?.words).toBe('npm publish');
    model.apply({ type: 'session', session: session(5, [approval({ id: 'apr_5', seq: 5 })]) });
    model.apply({ type: 'deleted', sessionId: session(5).id });
    expect(model.count.value).toBe(0);
  });

  it('that were answered here are not taken for somebody else’s answer', async () => {
    const { model, decided } = open();
    model.apply({ type: 'session', session: session(3, [approval()]) });
    const [card] = model.items.value;
    if (!card) throw new Error('no card');
    await model.decide(card, { decision: 'allow', scope: 'once' });
    expect(decided).toEqual(['apr_3']);
    expect(model.count.value).toBe(0);
    expect(model.gone.value).toBeNull();
  });

  it('that did not load say why, and keep what the feed told', async () => {
    const model = new ApprovalsModel({
      list: () => Promise.reject(new Error('You are offline.')),
      decide: async () => session(1),
    });
    model.apply({ type: 'session', session: session(3, [approval()]) });
    await model.load();
    expect(model.failure.value?.message).toBe('You are offline.');
    expect(model.count.value).toBe(1);
  });

  it('say what happens if nobody answers, and when', () => {
    const [card] = listedApprovals(session(3, [approval()]));
    if (!card) throw new Error('no card');
    const askedMs = Date.parse(card.askedAt);
    expect(deadlineWords(card, askedMs, elapsed)).toBe('Denied in 4m 00s if nobody answers');
    expect(deadlineWords({ ...card, unanswered: 'terminal' }, askedMs, elapsed)).toContain('Left to its terminal');
    expect(deadlineWords(card, askedMs + 1e9, elapsed)).toBe('Its time is up');
    expect(deadlineWords({ ...card, deferred: true }, askedMs, elapsed)).toContain('your answer waits');
  });
});
