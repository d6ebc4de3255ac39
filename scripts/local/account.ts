import type { ConnectFiles } from '../../wire/connect.ts';
import type { SessionEvent } from '../../wire/event.ts';
import type { CreatedToken, Me, Project, SignupAnswer } from '../../wire/identity.ts';
import type { Page } from '../../wire/page.ts';
import type { SessionPage, SessionSummary } from '../../wire/session.ts';

interface Person {
  email: string;
  password: string;
  name: string;
  organization: string;
}

/** A logged-in person, as a browser would be one, for tests, the demo and measurements. */
export class Account {
  readonly url: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly userId: string;
  private cookies: Map<string, string>;

  constructor(url: string, answer: SignupAnswer, cookies: Map<string, string>) {
    this.url = url;
    this.organizationId = answer.organization.id;
    this.projectId = answer.project.id;
    this.userId = answer.user.id;
    this.cookies = cookies;
  }

  get cookie(): string {
    return header(this.cookies);
  }

  /** As a browser context takes them. */
  cookieList(): { url: string; name: string; value: string; httpOnly: true; sameSite: 'Lax' }[] {
    return [...this.cookies].map(([name, value]) => ({ url: this.url, name, value, httpOnly: true, sameSite: 'Lax' }));
  }

  /**
   * Takes over what a browser was given in place of its cookies: a refresh token is good once, and whoever comes with the old one
   * half a minute later ends the login.
   */
  adopt(list: readonly { name: string; value: string }[], given: readonly { name: string; value: string }[]): void {
    for (const { name, value } of list) {
      const before = given.find((cookie) => cookie.name === name);
      if (before?.value !== value) this.cookies.set(name, value);
    }
  }

  /** One call of the API; throws what the server said where it refuses. */
  async call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
    const headers = { ...more, cookie: this.cookie, 'x-organization': this.organizationId };
    const response = await post(this.url, method, path, body, headers);
    readCookies(response, this.cookies);
    return (await answerOf(response, `${method} ${path}`)) as T;
  }

  async ingestToken(name: string): Promise<string> {
    return (await this.call<CreatedToken>('POST', `/api/projects/${this.projectId}/ingest-tokens`, { name })).token;
  }

  connect = (agent: string) => this.call<ConnectFiles>('POST', `/api/projects/${this.projectId}/connect/${agent}`, {});
  session = (id: string) => this.call<SessionSummary>('GET', `/api/sessions/${id}`);
  sessions = async () => (await this.call<SessionPage>('GET', '/api/sessions')).items;

  /** All events of a session, in order. */
  async events(id: string): Promise<SessionEvent[]> {
    const events: SessionEvent[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: { items: SessionEvent[]; nextAfter: number | null } = await this.call(
        'GET',
        `/api/sessions/${id}/events?limit=1000&after=${after}`,
      );
      events.push(...page.items);
      after = page.nextAfter;
    }
    return events;
  }

  /** A WebSocket of this person's, e.g. to `/api/feed`. */
  socket(path: string): WebSocket {
    // Node's WebSocket takes headers, as browsers do not.
    const headers = { cookie: this.cookie, origin: this.url };
    return new WebSocket(this.url.replace(/^http/, 'ws') + path, { headers });
  }
}

/** Makes a user with an organization and its first project. */
export async function signUp(url: string, person: Person): Promise<Account> {
  const cookies = new Map<string, string>();
  const response = await post(url, 'POST', '/api/signup', person);
  const answer = (await answerOf(response, 'POST /api/signup')) as SignupAnswer;
  readCookies(response, cookies);
  return new Account(url, answer, cookies);
}

/** Logs in again; null where there is no such person or the password is wrong. */
export async function logIn(url: string, email: string, password: string): Promise<Account | null> {
  const cookies = new Map<string, string>();
  const response = await post(url, 'POST', '/api/login', { email, password });
  if (response.status === 401) return null;
  await answerOf(response, 'POST /api/login');
  readCookies(response, cookies);
  const headers = { cookie: header(cookies) };
  const me = (await answerOf(await post(url, 'GET', '/api/me', undefined, headers), 'GET /api/me')) as Me;
  const projects = (await answerOf(
    await post(url, 'GET', '/api/projects', undefined, headers),
    'GET /api/projects',
  )) as Page<Project>;
  const [project] = projects.items;
  if (!me.organization || !project) throw new Error(`${email} has no organization with a project.`);
  return new Account(url, { user: me.user, organization: me.organization, project }, cookies);
}

/** Sends one hook or batch with an ingest token; the answer as JSON, or a throw that names the status. */
export async function postHook<T>(
  url: string,
  token: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await post(url, 'POST', path, body, { ...headers, authorization: `Bearer ${token}` });
  return (await answerOf(response, `POST ${path}`)) as T;
}

/** A body of bytes goes as it is, any other as JSON. */
function post(url: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(url + path, {
    method,
    headers: { origin: url, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

async function answerOf(response: Response, what: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${what} answered ${response.status}: ${text}`);
  return text ? JSON.parse(text) : null;
}

const header = (cookies: Map<string, string>) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

function readCookies(response: Response, cookies: Map<string, string>): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split('=');
    cookies.set(name, value);
  }
}
