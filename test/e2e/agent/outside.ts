import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';

/** A service's own answer to one call of its API; whatever a call lacks of what the service demands is a refusal. */
interface Door {
  method: string;
  path: RegExp;
  headers: Record<string, RegExp>;
  body: z.ZodMiniType;
  answer(ids: string[], body: unknown): { status: number; body: object } | undefined;
}

const json = { 'content-type': /^application\/json(; charset=utf-8)?$/ };
const github = {
  ...json,
  accept: /^application\/vnd\.github\+json$/,
  authorization: /^Bearer ghp_test$/,
  'x-github-api-version': /^2022-11-28$/,
  'user-agent': /./,
};
const gitlab = { ...json, 'private-token': /^glpat-test$/ };
const slack = { 'content-type': /^application\/json; charset=utf-8$/, authorization: /^Bearer xoxb-test-0123456789$/ };

const Url = z.string().check(z.regex(/^http:\/\/127\.0\.0\.1:\d+\/org_\w+\/sessions\/ses_\w+$/));
const Comment = z.strictObject({ body: z.string().check(z.minLength(1), z.maxLength(65_536)) });
const GitHubStatus = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  description: z.string().check(z.maxLength(140)),
  target_url: Url,
  context: z.literal('flightdeck'),
});
const GitLabStatus = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  description: z.string().check(z.maxLength(255)),
  target_url: Url,
  name: z.literal('flightdeck'),
});
const Text = (type: string, maxLength: number) =>
  z.strictObject({ type: z.literal(type), text: z.string().check(z.minLength(1), z.maxLength(maxLength)) });
const Button = z.looseObject({ type: z.literal('button'), action_id: z.string(), text: Text('plain_text', 75) });
/** https://docs.slack.dev/reference/block-kit/blocks */
const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: Text('plain_text', 150) }),
  z.looseObject({
    type: z.literal('section'),
    text: z.optional(Text('mrkdwn', 3000)),
    fields: z.optional(z.array(Text('mrkdwn', 2000)).check(z.maxLength(10))),
  }),
  z.looseObject({ type: z.literal('actions'), elements: z.array(Button).check(z.minLength(1), z.maxLength(25)) }),
  z.looseObject({ type: z.literal('context'), elements: z.array(z.unknown()).check(z.minLength(1), z.maxLength(10)) }),
]);
const Message = z.looseObject({
  channel: z.literal('C0123456789'),
  text: z.string().check(z.minLength(1), z.maxLength(4000)),
  blocks: z.array(Block).check(z.minLength(1), z.maxLength(50)),
  metadata: z.strictObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }),
});
type Message = z.infer<typeof Message>;

/** GitHub's, GitLab's and Slack's APIs on loopback, as far as we call them, and what they were told. */
export class Outside {
  /** What each comment said, one edit after the other. */
  readonly comments: string[][] = [];
  /** The status of each commit, one after the other: `sha state`. */
  readonly statuses: string[] = [];
  readonly messages: Message[] = [];
  /** What was asked of them that they do not take. */
  readonly refused: string[] = [];
  private readonly server = createServer(async (request, response) => {
    const { status, body } = this.answer(request, await textOf(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo; // It listens on a port.
    return `http://127.0.0.1:${port}`;
  }

  close(): void {
    this.server.close();
  }

  private readonly doors: Door[] = [
    ...this.comment(github, /^\/github\/repos\/acme\/web\/issues\/12\/comments$/, {
      method: 'PATCH',
      path: /^\/github\/repos\/acme\/web\/issues\/comments\/(\d+)$/,
    }),
    ...this.comment(gitlab, /^\/gitlab\/projects\/5\/merge_requests\/3\/notes$/, {
      method: 'PUT',
      path: /^\/gitlab\/projects\/5\/merge_requests\/3\/notes\/(\d+)$/,
    }),
    this.status(github, /^\/github\/repos\/acme\/web\/statuses\/([0-9a-f]{40})$/, GitHubStatus),
    this.status(gitlab, /^\/gitlab\/projects\/5\/statuses\/([0-9a-f]{40})$/, GitLabStatus),
    {
      method: 'POST',
      path: /^\/slack\/chat\.postMessage$/,
      headers: slack,
      body: Message,
      answer: (_, message) => {
        this.messages.push(Message.parse(message));
        return { status: 200, body: { ok: true, channel: 'C0123456789', ts: `1700000000.00000${this.messages.length}` } };
      },
    },
  ];

  private comment(headers: Door['headers'], path: RegExp, edit: Pick<Door, 'method' | 'path'>): Door[] {
    const made: Door = {
      ...{ method: 'POST', path, headers, body: Comment },
      answer: (_, comment) => {
        const { body } = Comment.parse(comment);
        const id = this.comments.push([body]);
        return { status: 201, body: { id, body } };
      },
    };
    const edited: Door = {
      ...{ ...edit, headers, body: Comment },
      answer: ([id], comment) => {
        const { body } = Comment.parse(comment);
        this.comments[Number(id) - 1]?.push(body);
        return id !== undefined && this.comments[Number(id) - 1] ? { status: 200, body: { id: Number(id), body } } : undefined;
      },
    };
    return [made, edited];
  }

  private status(headers: Door['headers'], path: RegExp, body: z.ZodMiniType<{ state: string }>): Door {
    return {
      ...{ method: 'POST', path, headers, body },
      answer: ([sha], status) => {
        this.statuses.push(`${sha} ${body.parse(status).state}`);
        return { status: 201, body: { id: this.statuses.length } };
      },
    };
  }

  private answer({ method, url = '', headers }: IncomingMessage, text: string): { status: number; body: object } {
    const refuse = (status: number, why: string) => {
      this.refused.push(`${method} ${url}: ${why}`);
      return { status, body: { message: why } };
    };
    const door = this.doors.find(({ method: takes, path }) => takes === method && path.test(url));
    if (!door) return refuse(404, 'not found');
    const missing = Object.entries(door.headers).find(([name, wanted]) => !wanted.test(String(headers[name] ?? '')));
    if (missing) return refuse(401, `${missing[0]}: ${headers[missing[0]]}`);
    const body = door.body.safeParse(JSON.parse(text));
    if (!body.success) return refuse(422, JSON.stringify(body.error.issues));
    return door.answer(door.path.exec(url)?.slice(1) ?? [], body.data) ?? refuse(404, 'no such comment');
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
