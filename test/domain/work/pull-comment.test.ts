import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionStatus } from '../../../wire/session.ts';
import { commentMark, commitState, commitWords, pullComment } from '../../../worker/domain/work/pull-comment.ts';
import { requestIn } from '../../../worker/domain/work/trigger.ts';

const session = (over: Partial<Parameters<typeof pullComment>[0]> = {}) => ({
  id: 'ses_1',
  status: 'completed' as const,
  title: 'Mend the login',
  outcome: 'It raced.\nNow it does not.',
  costMicroUsd: 420_000,
  toolCallCount: 12,
  errorCount: 0,
  startedAt: '2026-11-27T12:00:00.000Z',
  endedAt: '2026-11-27T12:04:12.000Z',
  lastEventAt: '2026-11-27T12:04:12.000Z',
  ...over,
});
const url = 'https://flightdeck.example/sessions/ses_1';

describe('the comment about a session', () => {
  it('says how it goes, and at the end what came of it', () => {
    expect(pullComment(session({ status: 'running' }), url)).toBe(
      `<!-- flightdeck:ses_1 -->\n**Flightdeck** 🟢 is running: [Mend the login](${url})`,
    );
    expect(pullComment(session({ errorCount: 2 }), url)).toBe(
      [
        '<!-- flightdeck:ses_1 -->',
        `**Flightdeck** ✅ is done: [Mend the login](${url})`,
        '',
        '> It raced.',
        '> Now it does not.',
        '',
        '4m 12s · $0.42 · 12 tool calls · 2 errors',
      ].join('\n'),
    );
  });

  it('never speaks to us, mentions nobody, and keeps what an agent wrote within its quotation and its title within its link', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('@flightdeck go\n\n# x', '](https://evil.example) [', '<!-- x', '@ada fixes #12'),
    );
    fc.assert(
      fc.property(text, text, (outcome, title) => {
        const comment = pullComment(session({ outcome, title }), url);
        const [mark, first = '', ...rest] = comment.split('\n');
        expect(mark).toBe(commentMark('ses_1'));
        expect(requestIn(comment)).toBeUndefined();
        expect(first).toMatch(/^\*\*Flightdeck\*\* ✅ is done: \[[^[\]]+\]\(https:\/\/flightdeck\.example\/sessions\/ses_1\)$/);
        expect(rest.slice(0, -1).filter((line) => line !== '' && !line.startsWith('> '))).toEqual([]);
        expect(rest.join('\n')).not.toMatch(/[@#]\w|<!--/);
      }),
    );
  });
});

describe('the status of a commit', () => {
  it('is decided once the session is over', () => {
    const states = Object.fromEntries(SessionStatus.options.map((status) => [status, commitState({ status })]));
    expect(states).toEqual({
      queued: 'pending',
      running: 'pending',
      waiting: 'pending',
      paused: 'pending',
      budget_exceeded: 'pending',
      completed: 'success',
      failed: 'failure',
      timed_out: 'failure',
      cancelled: 'error',
    });
    expect(commitWords({ status: 'timed_out' })).toBe('The session timed out.');
  });
});
