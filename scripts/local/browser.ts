import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type LaunchOptions, chromium as playwright } from 'playwright-core';
import { root } from './root.ts';

/**
 * A headless Chromium that npm brought along, or the one that CHROMIUM_PATH names. Its sandbox is off, because containers and
 * root have none: open nothing in it but our own pages.
 */
export const launchBrowser = async (): Promise<Browser> => playwright.launch(await launchOptions());

/** The same with a profile that is kept in the folder: what a page of it installs is not installed in a private window. */
export const launchProfile = async (folder: string): Promise<BrowserContext> =>
  playwright.launchPersistentContext(folder, await launchOptions());

/** Unpacks it: of those that start it side by side for the first time, one would start half a file. */
export const prepareBrowser = async (): Promise<void> => void (await launchOptions());

async function launchOptions(): Promise<LaunchOptions> {
  const own = process.env.CHROMIUM_PATH;
  return {
    ...(own ? { executablePath: own } : await unpacked()),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--font-render-hinting=none',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  };
}

async function unpacked(): Promise<{ executablePath: string; env: Record<string, string | undefined> }> {
  chromium.setGraphicsMode = false;
  const executablePath = await chromium.executablePath();
  const env: Record<string, string | undefined> = { ...process.env, FONTCONFIG_PATH: join(tmpdir(), 'fonts') };
  // The few libraries that Chromium wants beyond the C library, for machines that lack them.
  if (execFileSync('ldd', [executablePath], { encoding: 'utf8' }).includes('not found')) {
    const folder = await inflate(join(root, 'node_modules/@sparticuz/chromium/bin/al2023.tar.br'));
    env.LD_LIBRARY_PATH = [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  }
  return { executablePath, env };
}
