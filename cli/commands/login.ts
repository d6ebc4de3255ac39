import { hostname } from 'node:os';
import type { CreatedToken, Me } from '../../wire/identity.ts';
import { answerOf, call, type Login, request } from '../api.ts';
import { readConfig, writeConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { bold, plain, prompt, readInput, say } from '../terminal.ts';
import type { Command } from './command.ts';

const local = 'http://127.0.0.1:8787';

export const login: Command = {
  summary: 'Log in, and keep an API token on this machine',
  usage: 'login [url] [--email <email>] [--password-stdin | --token-stdin] [--organization <name>]',
  help: [
    `The url is your Flightdeck's; without it, the one of your last login, or ${local}.`,
    'Asks for e-mail and password, makes an API token of yours, and forgets the password.',
    '  --email <email>         Ask for the password only',
    '  --password-stdin        Read the password from standard input',
    '  --token-stdin           Read an API token from standard input instead; make one under Settings',
    '  --organization <name>   Which of your organizations is meant; by name or id',
  ],
  options: {
    email: { type: 'string' },
    'password-stdin': { type: 'boolean' },
    'token-stdin': { type: 'boolean' },
    organization: { type: 'string' },
  },
  maxPositionals: 1,
  run: async ([given], options) => {
    const config = readConfig();
    const url = baseUrl(given ?? config.url ?? local);
    const wanted = options.text('organization');
    const token: { token: string; id?: string } = options.has('token-stdin')
      ? await tokenFromInput()
      : await tokenFor(url, wanted, options.text('email'), options.has('password-stdin'));
    const me = await call<Me>({ url, apiToken: token.token }, 'GET', '/api/me');
    if (wanted !== undefined && !isMeant(me.organization, wanted))
      throw new Failure(`That token is of the organization "${me.organization?.name}", not of "${wanted}".`);
    writeConfig({
      ...config,
      url,
      apiToken: token.token,
      apiTokenId: token.id,
      organizationId: me.organization?.id,
      organization: me.organization?.name,
      email: me.user.email,
    });
    say(`Logged in to ${bold(url)} as ${plain(me.user.email)}, in ${plain(me.organization?.name ?? 'no organization')}.`);
    say('Next: flightdeck connect claude-code');
    return exitCodes.ok;
  },
};

/** An address as people type it, without its path. */
function baseUrl(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `${/^(localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https'}://${text}`;
  if (!URL.canParse(withScheme)) throw new Failure(`"${text}" is no address.`, exitCodes.usage);
  return new URL(withScheme).origin;
}

async function tokenFromInput(): Promise<{ token: string }> {
  const token = process.stdin.isTTY ? await prompt('API token: ', { hidden: true, instead: '' }) : await readInput();
  if (token.trim() === '') throw new Failure('There was no token on standard input.', exitCodes.usage);
  return { token: token.trim() };
}

async function tokenFor(
  url: string,
  organization: string | undefined,
  givenEmail: string | undefined,
  fromInput: boolean,
): Promise<CreatedToken> {
  const instead = 'Use --email with --password-stdin, or --token-stdin.';
  const email = givenEmail ?? (await prompt('E-mail: ', { instead }));
  const password = fromInput ? await readInput() : await prompt('Password: ', { hidden: true, instead });
  const response = await request(url, 'POST', '/api/login', { email, password }, {});
  if (response.status === 401) throw new Failure('E-mail or password is wrong.', exitCodes.notLoggedIn);
  const me = (await answerOf(response, url)) as Me; // What the schema of the route says.
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const chosen = organization === undefined ? me.organization : me.organizations.find((each) => isMeant(each, organization));
  if (!chosen)
    throw new Failure(`You belong to: ${me.organizations.map(({ name }) => plain(name)).join(', ') || 'no organization'}.`);
  const headers = { cookie, 'x-organization': chosen.id };
  const name = `flightdeck on ${hostname()}`.slice(0, 100);
  const created = await answerOf(await request(url, 'POST', '/api/api-tokens', { name }, headers), url);
  await request(url, 'POST', '/api/logout', undefined, headers);
  return created as CreatedToken; // What the schema of the route says.
}

const isMeant = (organization: Me['organization'], wanted: string): boolean =>
  organization !== null && (organization.id === wanted || organization.name.toLowerCase() === wanted.toLowerCase());

export const logout: Command = {
  summary: 'Revoke this machine’s API token and forget it',
  usage: 'logout',
  help: ['Agents stay connected: they have tokens of their own. `flightdeck disconnect <agent>` ends that.'],
  maxPositionals: 0,
  run: async () => {
    const { url, apiToken, apiTokenId, connections } = readConfig();
    if (!apiToken || !url) {
      say('You were not logged in.');
      return exitCodes.ok;
    }
    writeConfig({ url, connections });
    say(await revoked({ url, apiToken }, apiTokenId));
    return exitCodes.ok;
  },
};

async function revoked(login: Login, tokenId: string | undefined): Promise<string> {
  if (tokenId === undefined)
    return 'The token is forgotten here. You gave it yourself, so it stays valid: revoke it under Settings.';
  try {
    await call(login, 'DELETE', `/api/api-tokens/${tokenId}`);
    return 'Logged out; the token is revoked.';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `The token is forgotten here, but could not be revoked: ${error.message}`;
  }
}
