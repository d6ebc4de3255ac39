import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { SessionRequest } from '../../../wire/work.ts';
import { summaryOf } from '../../../worker/domain/session-state.ts';
import { requestedDraft } from '../../../worker/domain/work/notes.ts';
import { ended, isOver, type RequestWish, requestOf } from '../../../worker/domain/work/request.ts';
import { draft, sessionOf } from '../session-run.ts';

const ids = { id: 'req_1', sessionId: 'ses_1', externalId: 'ext' };
const wish = (over: Partial<RequestWish> = {}): RequestWish => ({
  organizationId: 'org_1',
  projectId: 'prj_1',
  agent: 'claude-code',
  prompt: 'Fix the login race',
  source: { kind: 'github', label: 'acme/web#12' },
  key: 'k',
  requestedBy: { userId: 'usr_1', name: 'Ann' },
  ...over,
});

describe('a request', () => {
  it('is of the shape that the API answers, whatever its words are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'binary' }), (prompt, title) => {
        const request = requestOf(wish({ prompt, title }), ids, 0);
        expect(SessionRequest.safeParse(request).success).toBe(true);
        expect(request.title.length).toBeLessThanOrEqual(limits.maxTitleLength);
      }),
      { numRuns: 30 },
    );
  });

  it('is called as it was asked for, else by the first line of its prompt', () => {
    expect(requestOf(wish({ title: 'Review' }), ids, 0).title).toBe('Review');
    expect(requestOf(wish({ title: ' ', prompt: '\n First\nsecond' }), ids, 0).title).toBe('First');
  });

  it('ends once, and forgets what its agent was told', () => {
    const request = requestOf(wish(), ids, 0);
    const failed = ended(request, 'failed', 1000);
    expect(failed).toMatchObject({ status: 'failed', prompt: '', updatedAt: '1970-01-01T00:00:01.000Z' });
    expect(ended(failed, 'completed', 2000)).toBe(failed);
    expect([request, failed].map(({ status }) => isOver(status))).toEqual([false, true]);
  });
});

it('the session of a request is queued until its agent begins, and is called as the request is', () => {
  const asked = requestedDraft(requestOf(wish(), ids, 0));
  const queued = sessionOf([asked]).state;
  expect(summaryOf(queued)).toMatchObject({ status: 'queued', title: 'Fix the login race', request: { id: 'req_1', ref: null } });
  const running = sessionOf([asked, draft('session.started')]).state;
  expect(summaryOf(running)).toMatchObject({ status: 'running', title: 'Fix the login race', request: { id: 'req_1' } });
});
