import { beforeAll, describe, expect, it } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

describe('a person of several visits', () => {
  let account: Account;
  let renewed: string;
  beforeAll(async () => {
    account = await signUp(url, person('returning'));
  });

  it('whose access has run out is let in on the refresh token, and given another', async () => {
    const page = await visit({ url, account });
    const before = account.cookie;
    await page.context().clearCookies({ name: /access/ });
    await page.goto(`/${account.organizationId}/settings/organization`);
    await page.getByText('Your role').first().waitFor();
    renewed = (await page.context().cookies(url)).find(({ name }) => name.includes('refresh'))?.value ?? '';
    expect(before).not.toContain(renewed);
  });

  it('comes back with that one: the first is good no more', () => {
    expect(account.cookie).toContain(renewed);
  });
});
