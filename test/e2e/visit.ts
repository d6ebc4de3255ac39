import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Account } from '../../scripts/local/account.ts';
import { launchBrowser } from '../../scripts/local/browser.ts';

interface Visit {
  url: string;
  /** Logged in as; absent: a stranger. */
  account?: Account;
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** The test kills the server: a request that is under way then finds nobody. */
  outlivesServer?: boolean;
  /** As for a person who wants no motion: what changes colour has its new one at once. */
  still?: boolean;
}

/** One browser for a test file; each visit is a profile of its own, closed after its test. */
export function useBrowser(): { visit: (visit: Visit) => Promise<Page> } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return {
    visit: async ({ url, account, theme = 'light', width = 1440, height = 900, outlivesServer = false, still = false }) => {
      if (!browser) throw new Error('The browser starts before the first test.');
      const viewport = { width, height };
      const reducedMotion = still ? 'reduce' : 'no-preference';
      const context = await browser.newContext({ baseURL: url, colorScheme: theme, viewport, reducedMotion });
      const given = account?.cookieList() ?? [];
      await context.addCookies(given);
      // Shorter than a test's, so that a wait in vain names what it waited for.
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      const complaints = complaintsOf(page, outlivesServer);
      onTestFinished(async () => {
        // A login outlives its ten minutes of access only with the token that its last page was given.
        account?.adopt(await context.cookies(url), given);
        await context.close();
        expect(complaints, 'what the page threw, refused to load or logged as an error').toEqual([]);
      });
      return page;
    },
  };
}

function complaintsOf(page: Page, outlivesServer: boolean): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    // A stranger asks who they are and hears that they are nobody.
    const expected = message.location().url.endsWith('/api/me') || message.location().url.includes('/live');
    const isUnanswered = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)/.test(message.text());
    if (outlivesServer && isUnanswered) return;
    if (message.type() === 'error' && !expected) complaints.push(`${message.text()} (${message.location().url})`);
  });
  return complaints;
}
