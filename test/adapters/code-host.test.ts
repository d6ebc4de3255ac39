import { describe, expect, it } from 'vitest';
import type { CodeHost, Said, SendToCodeHost } from '../../worker/adapters/code-host.ts';
import { sayOnGitHub } from '../../worker/adapters/github/say.ts';
import { sayOnGitLab } from '../../worker/adapters/gitlab/say.ts';
import type { Place } from '../../worker/domain/work/place.ts';
import { attempt, type Recorded, recordingPorts } from './sender-ports.ts';

const github: Place = {
  service: 'github',
  repository: 'acme/web',
  repositoryId: 7,
  subject: { kind: 'pull request', number: 12 },
  sha: 'abc123',
};
const gitlab: Place = { ...github, service: 'gitlab', subject: { kind: 'merge request', number: 3 } };
const mark = '<!-- flightdeck:ses_1 -->';
const text = `${mark}\nis running`;

interface Stage {
  name: string;
  say: SendToCodeHost;
  place: Place;
  host: CodeHost;
  list: string;
  edit: [method: string, path: string];
  /** How it lists comments. */
  order: 'oldest first' | 'newest first';
}

const stages: Stage[] = [
  {
    name: 'GitHub',
    say: sayOnGitHub,
    place: github,
    host: { apiUrl: 'https://api.github.example', accessToken: 'ghp_secret' },
    list: 'https://api.github.example/repos/acme/web/issues/12/comments',
    edit: ['PATCH', 'https://api.github.example/repos/acme/web/issues/comments/5'],
    order: 'oldest first',
  },
  {
    name: 'GitLab',
    say: sayOnGitLab,
    place: gitlab,
    host: { apiUrl: 'https://gitlab.example/api/v4/', accessToken: 'glpat-secret' },
    list: 'https://gitlab.example/api/v4/projects/7/merge_requests/3/notes',
    edit: ['PUT', 'https://gitlab.example/api/v4/projects/7/merge_requests/3/notes/5'],
    order: 'newest first',
  },
];

/** The comments of one request, as its service keeps them. */
function keeper(order: Stage['order'], refuse: (request: Recorded, n: number) => Response | undefined = () => undefined) {
  const comments: { id: number; body: string }[] = [];
  let n = 0;
  const recorded = recordingPorts((request) => {
    n += 1;
    const refusal = refuse(request, n);
    if (refusal) return refusal;
    if (request.method === 'GET') return page(order === 'newest first' ? comments.toReversed() : comments, request.url);
    const { body } = JSON.parse(request.body);
    const known = comments.find(({ id }) => request.url.endsWith(`/${id}`));
    if (request.method !== 'POST' && !known) return Response.json({ message: 'Not Found' }, { status: 404 });
    const comment = known ?? { id: comments.length + 5, body };
    comment.body = body;
    if (!known) comments.push(comment);
    return Response.json(comment, { status: known ? 200 : 201 });
  });
  return { ...recorded, comments };
}

/** A page of them, as both services cut and link them. */
function page(comments: object[], url: string): Response {
  const { searchParams: query } = new URL(url);
  const [size, number] = [Number(query.get('per_page')), Number(query.get('page'))];
  const link = comments.length > size * number ? `<${url}&next>; rel="next", <${url}&last>; rel="last"` : `<${url}>; rel="first"`;
  return Response.json(comments.slice(size * (number - 1), size * number), { headers: { link } });
}

describe.each(stages)('a comment on $name', ({ say, place, host, list, edit, order }) => {
  const keep = (refuse?: Parameters<typeof keeper>[1]) => keeper(order, refuse);
  const comment = (words = text): Said => ({ what: 'comment', place, mark, text: words });

  it('is made once, then edited', async () => {
    const { ports, requests, comments } = keep();
    const made = await say(ports, host, comment(), attempt());
    expect(made).toEqual({ outcome: 'delivered', detail: 'Commented.', memory: '5' });
    const edited = await say(ports, host, comment(`${mark}\nis done`), attempt({ memory: '5' }));
    expect(edited).toMatchObject({ outcome: 'delivered', detail: 'Edited the comment.' });
    expect(comments).toEqual([{ id: 5, body: `${mark}\nis done` }]);
    expect(requests.map(({ method, url }) => [method, url])).toEqual([['POST', list], edit]);
    expect([...(requests[0]?.headers.values() ?? [])].join()).toContain(host.accessToken);
  });

  it('is looked for where it may have been made, and not made twice', async () => {
    const { ports, requests, comments } = keep();
    await say(ports, host, comment(), attempt());
    const again = await say(ports, host, comment(), attempt({ n: 2, mayHaveArrived: true }));
    expect(again).toMatchObject({ outcome: 'delivered', memory: '5' });
    expect(comments).toHaveLength(1);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET', edit[0]]);
  });

  it('is found among fifty that are as long as people write them', async () => {
    const { ports, requests, comments } = keep();
    for (let id = 100; id < 149; id++) comments.push({ id, body: 'x'.repeat(20_000) });
    comments.push({ id: 5, body: text });
    const again = await say(ports, host, comment(), attempt({ n: 2, mayHaveArrived: true }));
    expect(again).toMatchObject({ outcome: 'delivered', memory: '5' });
    expect(new URL(requests[0]?.url ?? '').searchParams.get('per_page')).toBe('50');
    expect(comments).toHaveLength(50);
  });

  it.each([
    ['after', 0, 120],
    ['before', 120, 0],
    ['around', 60, 60],
  ])('is found with 120 of others %s it, and edited, never made twice', async (_, before, after) => {
    const { ports, requests, comments } = keep();
    const others = (count: number, from: number) => Array.from({ length: count }, (_, i) => ({ id: from + i, body: 'Me too.' }));
    comments.push(...others(before, 100), { id: 5, body: text }, ...others(after, 300));
    const again = await say(ports, host, comment(`${mark}\nis done`), attempt({ n: 2, mayHaveArrived: true }));
    expect(again).toEqual({ outcome: 'delivered', detail: 'Edited the comment.', memory: '5' });
    expect(comments).toHaveLength(121);
    expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(comments.find(({ id }) => id === 5)?.body).toContain('is done');
  });

  it('is made where none of its pages has it, each of which is read once, and no more than ten', async () => {
    for (const [others, pages] of [
      [50, 1],
      [101, 3],
      [1000, 10],
    ] as const) {
      const { ports, requests, comments } = keep();
      comments.push(...Array.from({ length: others }, (_, i) => ({ id: 100 + i, body: 'Me too.' })));
      await say(ports, host, comment(), attempt({ n: 2, mayHaveArrived: true }));
      const asked = requests.flatMap(({ method, url }) => (method === 'GET' ? [new URL(url).searchParams.get('page')] : []));
      // A page that is full may be followed by another.
      const expected = others === 50 ? ['1', '2'] : Array.from({ length: pages }, (_, i) => String(i + 1));
      expect(asked).toEqual(expected);
      expect(comments).toHaveLength(others + 1);
    }
  });

  it('is looked for on a page behind one of which the service hid a few', async () => {
    const hidden = (request: Recorded) =>
      request.method === 'GET' && new URL(request.url).searchParams.get('page') === '1'
        ? Response.json([{ id: 99, body: 'Me too.' }], { headers: { link: `<${list}?page=2>; rel="next"` } })
        : undefined;
    const { ports, comments } = keep(hidden);
    comments.push(...Array.from({ length: 60 }, (_, i) => ({ id: 100 + i, body: 'Me too.' })));
    comments.splice(order === 'newest first' ? 0 : 60, 0, { id: 5, body: text });
    const again = await say(ports, host, comment(), attempt({ n: 2, mayHaveArrived: true }));
    expect(again).toMatchObject({ outcome: 'delivered', memory: '5' });
  });

  it('waits where a later page cannot be read', async () => {
    const { ports, requests, comments } = keep(({ url }) =>
      new URL(url).searchParams.get('page') === '2' ? new Response('', { status: 503 }) : undefined,
    );
    comments.push(...Array.from({ length: 120 }, (_, i) => ({ id: 100 + i, body: 'Me too.' })));
    const looked = await say(ports, host, comment(), attempt({ n: 2, mayHaveArrived: true }));
    expect(looked).toMatchObject({ outcome: 'retry' });
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('is made where it was looked for and is not there, or only somebody quotes it', async () => {
    const { ports, comments } = keep();
    comments.push({ id: 99, body: `> ${mark}` });
    expect(await say(ports, host, comment(), attempt({ mayHaveArrived: true }))).toMatchObject({ outcome: 'delivered' });
    expect(comments).toHaveLength(2);
  });

  it('waits where there are too many calls, or the service is down, or it cannot be looked for', async () => {
    const limited = keep(() => new Response('slow down', { status: 429, headers: { 'retry-after': '30' } }));
    expect(await say(limited.ports, host, comment(), attempt())).toMatchObject({ outcome: 'retry', retryAfterMs: 30_000 });
    const down = keep(() => new Response('', { status: 502 }));
    expect(await say(down.ports, host, comment(), attempt())).toMatchObject({ outcome: 'unknown' });
    const busy = keep(() => new Response('', { status: 503 }));
    expect(await say(busy.ports, host, comment(), attempt())).toMatchObject({ outcome: 'retry' });
    const unreadable = keep(() => new Response('<html>'));
    const looked = await say(unreadable.ports, host, comment(), attempt({ mayHaveArrived: true }));
    expect(looked).toMatchObject({ outcome: 'retry' });
    expect(unreadable.requests).toHaveLength(1);
  });

  it('that somebody deleted is made anew, once, whatever is lost on the way', async () => {
    const { ports, requests, comments } = keep((_, n) => (n === 2 ? new Response('', { status: 500 }) : undefined));
    const deleted = attempt({ memory: '99' });
    expect(await say(ports, host, comment(), deleted)).toMatchObject({ outcome: 'unknown' });
    comments.push({ id: 6, body: text });
    expect(await say(ports, host, comment(), { ...deleted, mayHaveArrived: true })).toMatchObject({
      outcome: 'delivered',
      memory: '6',
    });
    expect(comments).toHaveLength(1);
    expect(requests.map(({ method }) => method)).toEqual([edit[0], 'POST', edit[0], 'GET', edit[0]]);
    const fresh = keep();
    expect(await say(fresh.ports, host, comment(), deleted)).toMatchObject({ outcome: 'delivered', memory: '5' });
  });

  it('is refused where the token may not, and says so without the token', async () => {
    const forbidden = keep(() => Response.json({ message: 'Resource not accessible' }, { status: 403 }));
    const sent = await say(forbidden.ports, host, comment(), attempt());
    expect(sent).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('Check what the access token may do') });
    expect(JSON.stringify(sent)).not.toContain(host.accessToken);
  });

  it('goes nowhere inside', async () => {
    const { ports, requests } = keep();
    const inside = { ...host, apiUrl: 'https://169.254.169.254' };
    expect(await say(ports, inside, comment(), attempt())).toMatchObject({ outcome: 'refused' });
    expect(requests).toEqual([]);
  });
});

describe('GitHub’s rate limit', () => {
  it('is told with a 403 and a time, which is waited for', async () => {
    const reset = String(Date.parse('2026-11-27T12:10:00Z') / 1000);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    const { ports } = keeper('oldest first', () => new Response('', { status: 403, headers }));
    const said: Said = { what: 'comment', place: github, mark, text };
    const host = { apiUrl: 'https://api.github.example', accessToken: 'x' };
    expect(await sayOnGitHub(ports, host, said, attempt())).toMatchObject({ outcome: 'retry', retryAfterMs: 600_000 });
  });
});

describe('the status of a commit', () => {
  const status = (place: Place): Said => ({
    what: 'status',
    place,
    state: 'failure',
    words: 'The session failed.',
    url: 'https://f.example/s',
  });

  it('is set on GitHub and GitLab in their own words', async () => {
    const { ports, requests } = recordingPorts(() => Response.json({}, { status: 201 }));
    await sayOnGitHub(ports, { apiUrl: 'https://api.github.example', accessToken: 'x' }, status(github), attempt());
    await sayOnGitLab(ports, { apiUrl: 'https://gitlab.example/api/v4', accessToken: 'x' }, status(gitlab), attempt());
    expect(requests.map(({ url }) => url)).toEqual([
      'https://api.github.example/repos/acme/web/statuses/abc123',
      'https://gitlab.example/api/v4/projects/7/statuses/abc123',
    ]);
    expect(requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { state: 'failure', context: 'flightdeck' },
      { state: 'failed', name: 'flightdeck' },
    ]);
  });

  it('that GitLab has already is set', async () => {
    const { ports } = recordingPorts(() =>
      Response.json({ message: 'Cannot transition status via :run from :running' }, { status: 400 }),
    );
    const host = { apiUrl: 'https://gitlab.example/api/v4', accessToken: 'x' };
    expect(await sayOnGitLab(ports, host, status(gitlab), attempt())).toMatchObject({ outcome: 'delivered' });
  });
});
