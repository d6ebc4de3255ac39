import { createPrivateKey } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import * as z from 'zod/mini';
import { rateLimitOf } from '../code-host.ts';
import { ask, jsonOf, maxFoundBytes, type SenderPorts } from '../sender.ts';

/** The deployment's GitHub App, as its owner registered it. */
export interface GitHubApp {
  /** Its name in addresses. */
  slug: string;
  clientId: string;
  clientSecret: string;
  /** PEM, in either of the forms that GitHub and OpenSSL write. */
  privateKey: string;
  webhookSecret: string;
  /** Where people, and programs, find GitHub; without a slash at the end. */
  web: string;
  api: string;
}

/** A right to speak in the repositories of one installation, which ends after an hour. */
export interface InstallationToken {
  token: string;
  expiresAtMs: number;
}

type Asked<T> = ({ ok: true } & T) | { ok: false; detail: string; isRefused: boolean; retryAfterMs?: number };

const Token = z.object({ token: z.string(), expires_at: z.string() });
const UserToken = z.object({ access_token: z.string() });
const Account = z.object({ login: z.string(), id: z.int(), type: z.optional(z.string()) });
type Account = z.infer<typeof Account>;
const Installations = z.object({ installations: z.array(z.object({ id: z.int(), account: Account })) });
const Membership = z.object({ state: z.string(), role: z.string() });

/** GitHub allows ten minutes, and recommends a minute of doubt about its clock. */
const jwtMs = 9 * 60_000;
const clockDoubtMs = 60_000;

/** One is 2 to 3 KB, and an answer is read up to 64 KiB. Nobody looks through more pages than these. */
const perPage = 20;
const maxPages = 20;

const headersOf = (token: string) => ({
  accept: 'application/vnd.github+json',
  authorization: `Bearer ${token}`,
  'user-agent': 'Flightdeck',
  'x-github-api-version': '2022-11-28',
});

/** Where somebody installs the App, or changes where it is installed; GitHub hands `state` back. */
export const installUrl = ({ web, slug }: GitHubApp, state: string): string =>
  `${web}/apps/${encodeURIComponent(slug)}/installations/new?state=${encodeURIComponent(state)}`;

/** A new token of an installation (https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app). */
export async function installationToken(
  ports: Pick<SenderPorts, 'fetch' | 'now'>,
  app: GitHubApp,
  installationId: number,
): Promise<Asked<InstallationToken>> {
  const signed = await appToken(app, ports.now());
  if (signed === null) return { ok: false, detail: 'GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM.', isRefused: true };
  const url = `${app.api}/app/installations/${installationId}/access_tokens`;
  const asked = await askJson(ports, url, { method: 'POST', headers: headersOf(signed) }, Token);
  if (!asked.ok) return asked;
  return { ok: true, token: asked.answer.token, expiresAtMs: Date.parse(asked.answer.expires_at) };
}

/**
 * The account where an installation is, if it is that of the person whom GitHub sent back with `code`, or of an organization that they own.
 * Anybody can write a number into an address (https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/about-the-setup-url),
 * and GitHub lists an installation to everybody who can read one of its repositories
 * (https://docs.github.com/en/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token).
 */
export async function installedBy(
  ports: Pick<SenderPorts, 'fetch' | 'now'>,
  app: GitHubApp,
  { code, installationId }: { code: string; installationId: number },
): Promise<Asked<{ account: string }>> {
  const exchange = {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'Flightdeck' },
    body: JSON.stringify({ client_id: app.clientId, client_secret: app.clientSecret, code }),
  };
  const exchanged = await askJson(ports, `${app.web}/login/oauth/access_token`, exchange, UserToken);
  if (!exchanged.ok) return exchanged;
  const look = <Schema extends z.ZodMiniType>(path: string, schema: Schema) =>
    askJson(ports, `${app.api}${path}`, { headers: headersOf(exchanged.answer.access_token) }, schema);
  const found = await accountOf(look, installationId);
  if (!found.ok) return found;
  const { account } = found;
  const owned = await isOwned(look, account);
  return owned.ok ? { ok: true, account: account.login } : owned;
}

type Look = <Schema extends z.ZodMiniType>(path: string, schema: Schema) => Promise<Asked<{ answer: z.infer<Schema> }>>;

async function accountOf(look: Look, installationId: number): Promise<Asked<{ account: Account }>> {
  for (let page = 1; page <= maxPages; page++) {
    const asked = await look(`/user/installations?per_page=${perPage}&page=${page}`, Installations);
    if (!asked.ok) return asked;
    const { installations } = asked.answer;
    const found = installations.find(({ id }) => id === installationId);
    if (found) return { ok: true, account: found.account };
    if (installations.length < perPage) break;
  }
  return { ok: false, detail: 'Your GitHub account does not see this installation.', isRefused: true };
}

async function isOwned(look: Look, { login, id, type }: Account): Promise<Asked<object>> {
  if (type === 'User') {
    const asked = await look('/user', Account);
    if (!asked.ok) return asked;
    return asked.answer.id === id ? { ok: true } : notTheirs(login);
  }
  const asked = await look(`/user/memberships/orgs/${encodeURIComponent(login)}`, Membership);
  // 404: no member at all.
  if (!asked.ok) return asked.isRefused ? notTheirs(login) : asked;
  const { state, role } = asked.answer;
  return state === 'active' && role === 'admin' ? { ok: true } : notTheirs(login);
}

const notTheirs = (login: string): Asked<object> => ({
  ok: false,
  detail: `Only an owner of ${login} on GitHub connects it.`,
  isRefused: true,
});

async function askJson<Schema extends z.ZodMiniType>(
  ports: Pick<SenderPorts, 'fetch' | 'now'>,
  url: string,
  init: RequestInit,
  schema: Schema,
): Promise<Asked<{ answer: z.infer<Schema> }>> {
  const asked = await ask(ports, url, init, maxFoundBytes);
  if (!asked.ok) return { ok: false, detail: asked.sent.detail, isRefused: false };
  const { status, text } = asked.answer;
  const read = schema.safeParse(jsonOf(text));
  if (status < 300 && read.success) return { ok: true, answer: read.data };
  const words = Words.safeParse(jsonOf(text)).data;
  const limit = rateLimitOf(asked.answer, ports.now());
  return {
    ok: false,
    // Its answers hold no secrets where they are errors.
    detail: `GitHub answered ${status}: ${(words?.error_description ?? words?.message ?? 'it cannot be read').slice(0, 200)}`,
    // A code that was used, or is too old, is answered with 200 and an error.
    isRefused: limit === null && ((status >= 400 && status < 500) || words?.error !== undefined),
    ...limit,
  };
}

const Words = z.object({
  error: z.optional(z.string()),
  error_description: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** The App's own word (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app); null where its key is none. */
async function appToken({ clientId, privateKey }: GitHubApp, nowMs: number): Promise<string | null> {
  try {
    const key = await importPKCS8(pkcs8(privateKey), 'RS256');
    return await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(clientId)
      .setIssuedAt(Math.floor((nowMs - clockDoubtMs) / 1000))
      .setExpirationTime(Math.floor((nowMs + jwtMs) / 1000))
      .sign(key);
  } catch {
    return null;
  }
}

/** GitHub's keys are PKCS #1, which Web Crypto does not read. A secret may hold `\n` for its line ends. */
const pkcs8 = (pem: string): string =>
  String(createPrivateKey(pem.replaceAll('\\n', '\n')).export({ type: 'pkcs8', format: 'pem' }));
