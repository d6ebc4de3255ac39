import * as z from 'zod/mini';
import { bodyOf, type Call, expectHeader, type Fault, Misuse, standIn } from './stand-in.ts';

/** A comment, and all that it has said. */
export interface KeptComment {
  id: number;
  /** The path of the list that it is in. */
  list: string;
  /** Number of the pull or merge request, or issue. */
  number: number;
  bodies: string[];
  at: number;
}

/** So many others comment right before and right after each of ours: nobody finds it on the first page. */
const others = 60;

/** What both hosts keep. */
function books() {
  const comments: KeptComment[] = [];
  const states = new Map<string, string[]>();
  return {
    comments,
    states,
    add: (list: string, number: number, body: string) => {
      const comment = { id: comments.length + 1, list, number, bodies: [body], at: Date.now() };
      comments.push(comment);
      return comment;
    },
    /** A page of a list in the order in which its service has it; both cut a page at a hundred. */
    page: (path: string, query: URLSearchParams, order: 'oldest first' | 'newest first', sinceMs = 0) => {
      const [size, page] = [Number(query.get('per_page') ?? 20), Number(query.get('page') ?? 1)];
      if (!(size >= 1 && size <= 100 && page >= 1)) throw new Misuse('query');
      const listed = comments.filter(({ list, at }) => list === path && at >= sinceMs);
      const crowd = (id: number) =>
        Array.from({ length: others }, (_, i) => ({ id: 1_000_000 + id * 1000 + i, body: 'Me too.' }));
      const crowded = listed.flatMap((comment) => [...crowd(comment.id * 2), shown(comment), ...crowd(comment.id * 2 + 1)]);
      const ordered = order === 'oldest first' ? crowded : crowded.toReversed();
      return { status: 200, body: ordered.slice(size * (page - 1), size * page) };
    },
    find: (id: number) => comments.find((comment) => comment.id === id),
    setState: (sha: string, state: string) => states.set(sha, [...(states.get(sha) ?? []), state]),
  };
}

const shown = ({ id, bodies }: KeptComment) => ({ id, body: bodies.at(-1) });
const missing = { status: 404, body: { message: 'Not Found' } };

/** GitHub takes so much, GitLab more. */
const Comment = z.strictObject({ body: z.string().check(z.minLength(1), z.maxLength(65_536)) });
/** A session's page. */
const Link = z.string().check(z.regex(/^http:\/\/127\.0\.0\.1:\d+\/org_\w+\/sessions\/ses_\w+$/));

// https://docs.github.com/en/rest/issues/comments and /commits/statuses
const GitHubStatus = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  description: z.string().check(z.maxLength(140)),
  target_url: Link,
  context: z.literal('flightdeck'),
});

/** GitHub's REST API for one access token. */
export async function standInForGitHub(token: string, fault?: () => Fault | null) {
  const book = books();
  const take = (call: Call) => {
    expectHeader(call, 'authorization', `Bearer ${token}`);
    expectHeader(call, 'user-agent', /./);
    expectHeader(call, 'accept', 'application/vnd.github+json');
    expectHeader(call, 'x-github-api-version', '2022-11-28');
    const { method, path, query } = call;
    const [, number] = /^\/repos\/[\w-]+\/[\w.-]+\/issues\/(\d+)\/comments$/.exec(path) ?? [];
    if (number && method === 'POST')
      return { status: 201, body: shown(book.add(path, Number(number), bodyOf(call, Comment).body)) };
    if (number && method === 'GET') {
      const sinceMs = Date.parse(query.get('since') ?? '');
      if (Number.isNaN(sinceMs)) throw new Misuse('query');
      return book.page(path, query, 'oldest first', sinceMs);
    }
    const [, id] = /^\/repos\/[\w-]+\/[\w.-]+\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    if (id && method === 'PATCH') {
      const comment = book.find(Number(id));
      if (!comment) return missing;
      comment.bodies.push(bodyOf(call, Comment).body);
      return { status: 200, body: shown(comment) };
    }
    const [, sha] = /^\/repos\/[\w-]+\/[\w.-]+\/statuses\/([0-9a-f]{40})$/.exec(path) ?? [];
    if (!sha || method !== 'POST') throw new Misuse('no such method');
    const { state } = bodyOf(call, GitHubStatus);
    book.setState(sha, state);
    return { status: 201, body: { state } };
  };
  const service = await standIn({
    name: 'GitHub',
    ...(fault && { fault }),
    take,
  });
  return { ...service, ...book };
}

// https://docs.gitlab.com/api/notes/ and /api/commits/
const GitLabStatus = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.literal('flightdeck'),
  description: z.string().check(z.maxLength(255)),
  target_url: Link,
});

/** GitLab's REST API for one access token; a commit's status cannot be set to what it is. */
export async function standInForGitLab(token: string, fault?: () => Fault | null) {
  const book = books();
  const take = (call: Call) => {
    expectHeader(call, 'private-token', token);
    const { method, path, query } = call;
    const [, number, id] = /^\/projects\/\d+\/(?:merge_requests|issues)\/(\d+)\/notes(?:\/(\d+))?$/.exec(path) ?? [];
    if (number && id && method === 'PUT') {
      const note = book.find(Number(id));
      if (!note) return missing;
      note.bodies.push(bodyOf(call, Comment).body);
      return { status: 200, body: shown(note) };
    }
    if (number && method === 'POST')
      return { status: 201, body: shown(book.add(path, Number(number), bodyOf(call, Comment).body)) };
    if (number && method === 'GET') {
      if (query.get('sort') !== 'desc' || query.get('order_by') !== 'created_at') throw new Misuse('query');
      return book.page(path, query, 'newest first');
    }
    const [, sha] = /^\/projects\/\d+\/statuses\/([0-9a-f]{40})$/.exec(path) ?? [];
    if (!sha || method !== 'POST') throw new Misuse('no such method');
    const { state } = bodyOf(call, GitLabStatus);
    if (book.states.get(sha)?.at(-1) === state)
      return { status: 400, body: { message: `Cannot transition status via :run from :${state}` } };
    book.setState(sha, state);
    return { status: 201, body: { status: state } };
  };
  const service = await standIn({
    name: 'GitLab',
    ...(fault && { fault }),
    take,
  });
  return { ...service, ...book };
}
