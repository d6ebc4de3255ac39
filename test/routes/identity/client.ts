import { exports } from 'cloudflare:workers';
import type { SignupAnswer } from '../../../wire/identity.ts';

export const origin = 'https://flightdeck.test';

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  token?: string;
}

/** A browser, as far as the API sees one: it keeps cookies and names its origin. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly base: string;

  constructor(base = origin) {
    this.base = base;
  }

  async call(path: string, { method, body, headers, token }: Call = {}): Promise<Response> {
    const verb = method ?? (body === undefined ? 'GET' : 'POST');
    const response = await exports.default.fetch(`${this.base}${path}`, {
      method: verb,
      headers: {
        ...(verb !== 'GET' && { origin: this.base }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookies.size > 0 && { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.keep(response);
    return response;
  }

  /** The JSON body of a call that has to succeed. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const response = await this.call(path, call);
    if (!response.ok) throw new Error(`${call.method ?? ''} ${path}: ${response.status} ${await response.text()}`);
    return response.json<T>();
  }

  keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

export const password = 'correct horse battery';

/** A new user with an organization of their own, logged in. */
export async function signUp(name: string): Promise<{ browser: Browser; account: SignupAnswer }> {
  const browser = new Browser();
  const account = await browser.json<SignupAnswer>('/api/signup', {
    body: { email: `${name}@example.com`, password, name, organization: `${name}'s` },
  });
  return { browser, account };
}

/** The `code` of a refusal, with its status. */
export async function refusal(response: Response): Promise<[number, string]> {
  const problem = await response.json<{ code: string }>();
  return [response.status, problem.code];
}
