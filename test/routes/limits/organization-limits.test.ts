import { beforeAll, describe, expect, it } from 'vitest';
import type { SignupAnswer } from '../../../wire/identity.ts';
import { defaultLimits, type LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { Browser } from '../identity/client.ts';
import { newcomer } from '../identity/newcomer.ts';

let browser: Browser;
let account: SignupAnswer;
beforeAll(async () => {
  ({ browser, account } = await newcomer('Quotas'));
});

const change = (body: object) => browser.json<LimitsAnswer>('/api/limits', { method: 'PATCH', body });
const refused = async (body: object) => {
  const response = await browser.call('/api/limits', { method: 'PATCH', body });
  const { errors } = await response.json<{ errors: { path: string; message: string }[] }>();
  return [response.status, errors[0]?.path, errors[0]?.message];
};

describe('an organization’s limits', () => {
  it('are those of the default until somebody changes some of them; the others stay', async () => {
    expect(await browser.json('/api/limits')).toEqual({ limits: defaultLimits, usage: [] });
    const perSession = { burst: 10, perMinute: 60 };
    await change({ liveSessions: 5, perSession });
    await change({ silenceTimeoutMs: 60_000, failByProject: { [account.project.id]: 'closed' } });
    expect(await browser.json('/api/limits')).toEqual({
      limits: {
        ...defaultLimits,
        liveSessions: 5,
        perSession,
        silenceTimeoutMs: 60_000,
        failByProject: { [account.project.id]: 'closed' },
      },
      usage: [{ quota: 'liveSessions', limit: 5, used: 0, state: 'within' }],
    });
    expect((await change({ liveSessions: null })).usage).toEqual([]);
  });

  it('that make no sense are refused in words, by their path', async () => {
    expect(await refused({ eventsPerDay: -1 })).toEqual([400, 'eventsPerDay', 'A quota cannot be negative.']);
    expect(await refused({ storedBytes: 1.5 })).toEqual([400, 'storedBytes', 'A quota is a whole number, or null for none.']);
    expect(await refused({ perToken: { burst: 0, perMinute: 1 } })).toEqual([400, 'perToken.burst', 'A burst is at least 1.']);
    expect(await refused({ executionTimeoutMs: 1000 })).toEqual([400, 'executionTimeoutMs', 'A session gets at least a minute.']);
    expect(await refused({ failByProject: { prj_nowhere: 'closed' } })).toEqual([
      400,
      'failByProject.prj_nowhere',
      'There is no such project.',
    ]);
  });
});
