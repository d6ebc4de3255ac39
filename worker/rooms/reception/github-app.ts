import type { GitHubApp } from '../../adapters/github/app.ts';
import type { Env } from '../../env.ts';
import { missingAmong, warnHalfSet } from '../../half-set.ts';

/** The API of github.com. */
export const gitHubApi = (env: Env): string => (env.GITHUB_API || 'https://api.github.com').replace(/\/$/, '');

/** What the deployment's GitHub App lacks, by name; nothing where it has all, or there is to be no App. */
export const missingOf = (env: Env): string[] =>
  missingAmong(env, [
    'GITHUB_APP_SLUG',
    'GITHUB_APP_CLIENT_ID',
    'GITHUB_APP_CLIENT_SECRET',
    'GITHUB_APP_PRIVATE_KEY',
    'GITHUB_APP_WEBHOOK_SECRET',
  ]);

/** The deployment's GitHub App; null where it has none, or half of one, which the log is told once. */
export function gitHubAppOf(env: Env): GitHubApp | null {
  const {
    GITHUB_APP_SLUG: slug,
    GITHUB_APP_CLIENT_ID: clientId,
    GITHUB_APP_CLIENT_SECRET: clientSecret,
    GITHUB_APP_PRIVATE_KEY: privateKey,
    GITHUB_APP_WEBHOOK_SECRET: webhookSecret,
  } = env;
  if (!slug || !clientId || !clientSecret || !privateKey || !webhookSecret) {
    warnHalfSet('GitHub App', missingOf(env));
    return null;
  }
  const web = (env.GITHUB_WEB || 'https://github.com').replace(/\/$/, '');
  return { slug, clientId, clientSecret, privateKey, webhookSecret, web, api: gitHubApi(env) };
}

/** The name of the object that knows whose an installation is. */
export const gitHubPlace = (installationId: number): string => `github:${installationId}`;
