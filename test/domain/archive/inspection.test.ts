import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { ExportDocument } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import { exportPieceLimits, Inspection, isExportPiece } from '../../../worker/domain/archive/inspection.ts';
import { JsonPieces } from '../../../worker/domain/archive/json-pieces.ts';
import { anyDocument } from './arbitrary-export.ts';

z.config(z.locales.en());
const nowMs = Date.parse('2026-11-27T12:00:00Z');

function newHash() {
  const hash = createHash('sha256');
  return { update: (text: string) => hash.update(text), digest: () => hash.digest('hex') };
}

function inspected(text: string) {
  const pieces = new JsonPieces(isExportPiece, exportPieceLimits);
  const inspection = new Inspection({ nowMs, newHash });
  for (let at = 0; at < text.length; at += 1000)
    for (const piece of pieces.push(text.slice(at, at + 1000))) inspection.add(piece);
  return inspection.finish(pieces.skeleton);
}

const places = (text: string): string[] => {
  const found = inspected(text);
  return found.ok ? [] : found.problems.map(({ path }) => path);
};

const at = '2026-11-21T08:30:00.000Z';
const summary = {
  ...{ id: 'ses_a', externalId: 'one', projectId: 'prj_1', userId: 'usr_1', agent: 'tester', title: 'One', status: 'completed' },
  ...{ model: null, cwd: null, repository: null, gitBranch: null, startedAt: at, endedAt: at, lastEventAt: at },
  ...{ eventCount: 2, toolCallCount: 0, errorCount: 0, tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
  ...{ costMicroUsd: 0, unpricedCalls: 0, budget: null, parentId: null, tags: [], lastSeq: 2, activity: 'done' },
  ...{ refusedCount: 0, redactionCount: 0 },
};
const event = (seq: number, fields: object = {}) => ({ seq, id: `e${seq}`, type: 'prompt', at, receivedAt: at, ...fields });
const events = [event(1), event(2)];
const masked = '[redacted:github-token]';
const branch = { fromSeq: 1, snapshotId: null, name: 'try it', description: null, madeAt: at };
const budget = { limitMicroUsd: 1, spentMicroUsd: 0, reservedMicroUsd: 0 };
const document = (...sessions: unknown[]) => ({ format: 'flightdeck.sessions', version: 1, sessions });
const one = (fields: { session?: object; events?: unknown } = {}) => ({ session: summary, events, ...fields });
const json = (value: unknown) => JSON.stringify(value);

describe('a file is looked through', () => {
  it('and any export is found to be one, however it is laid out', () => {
    fc.assert(
      fc.property(anyDocument, fc.constantFrom(undefined, 2), (exported: ExportDocument, indent) => {
        const found = inspected(JSON.stringify(exported, null, indent));
        expect(found).toMatchObject({ ok: true });
      }),
      { numRuns: 20 },
    );
  });

  it('and is the same whatever ids an organization gave it, and another where an event is', () => {
    const digestOf = (value: unknown) => {
      const found = inspected(json(value));
      if (!found.ok) throw new Error(json(found.problems));
      return found.sessions[0]?.digest;
    };
    const named = (id: string, name: string) =>
      document(
        one({
          session: { ...summary, id, projectId: name, userId: name, externalId: name },
          events: [event(1, { id: `evt_${id.slice(4)}_1` }), event(2, { control: { action: 'parent_found', parentId: id } })],
        }),
      );
    const [a, b] = ['ses_aaaaaaaaaaaaaaaaaaaa', 'ses_bbbbbbbbbbbbbbbbbbbb'];
    expect(digestOf(named(a, 'x'))).toBe(digestOf(named(b, 'y')));
    expect(digestOf(document(one()))).not.toBe(digestOf(document(one({ events: [event(1, { text: 'other' }), event(2)] }))));
    expect(digestOf(document(one()))).not.toBe(digestOf(document(one({ session: { ...summary, title: 'Two' } }))));
  });

  it('and holds no secret of a file any more, wherever that stood in the summary', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const told = {
      ...{ externalId: secret, title: secret, model: secret, cwd: secret, repository: secret, gitBranch: secret },
      ...{ tags: [secret], activity: secret, outcome: secret, branch: { ...branch, name: secret, description: secret } },
    };
    const found = inspected(json(document(one({ session: { ...summary, ...told } }))));
    if (!found.ok) throw new Error(json(found.problems));
    expect(json(found.sessions)).not.toContain(secret);
    expect(found.sessions[0]?.session.branch).toEqual({ ...branch, name: masked, description: masked });
  });

  it('also with its keys in another order: events first, version last', () => {
    const { format, version, sessions } = document({ events, session: summary });
    expect(inspected(json({ sessions, version, format })).ok).toBe(true);
  });
});

describe('every problem has its place', () => {
  it.each<[string, unknown, string[]]>([
    ['a type that is none', one({ events: [event(1), event(2, { type: 'nope' })] }), ['sessions[0].events[1].type']],
    ['a number twice', one({ events: [event(1), event(1)] }), ['sessions[0].events[1].seq']],
    ['a hole', one({ events: [event(1), event(3)] }), ['sessions[0].events[1].seq']],
    ['a number that is none', one({ events: [event(1), event(2, { seq: 'two' })] }), ['sessions[0].events[1].seq']],
    [
      'a time that is none',
      one({ events: [event(1, { receivedAt: 'yesterday' }), event(2)] }),
      ['sessions[0].events[0].receivedAt'],
    ],
    [
      'a time to come',
      one({ events: [event(1, { receivedAt: '2027-11-21T08:30:00.000Z' }), event(2)] }),
      ['sessions[0].events[0].receivedAt'],
    ],
    ['a field of its own', one({ events: [event(1, { mine: 1 }), event(2)] }), ['sessions[0].events[0].mine']],
    [
      'a field of its own, deep down',
      one({ events: [event(1, { control: { action: 'renamed', by: { userId: 'u', name: 'n', age: 3 } } }), event(2)] }),
      ['sessions[0].events[0].control.by.age'],
    ],
    ['an event that is a list', one({ events: [event(1), []] }), ['sessions[0].events[1]']],
    ['an event that is null', one({ events: [event(1), null] }), ['sessions[0].events[1]']],
    ['another count', one({ session: { ...summary, lastSeq: 3 } }), ['sessions[0].session.lastSeq']],
    ['a negative count', one({ session: { ...summary, refusedCount: -1 } }), ['sessions[0].session.refusedCount']],
    ['no status', one({ session: { ...summary, status: 'fine' } }), ['sessions[0].session.status']],
    ['an agent that is no name', one({ session: { ...summary, agent: '../../etc' } }), ['sessions[0].session.agent']],
    ['no id of its agent’s', one({ session: { ...summary, externalId: '' } }), ['sessions[0].session.externalId']],
    ['a title without end', one({ session: { ...summary, title: 'x'.repeat(10_000) } }), ['sessions[0].session.title']],
    [
      'a branch without end',
      one({ session: { ...summary, branch: { ...branch, name: 'x'.repeat(1025), description: 'x'.repeat(4001) } } }),
      ['sessions[0].session.branch.name', 'sessions[0].session.branch.description'],
    ],
    [
      'a branch made never',
      one({ session: { ...summary, branch: { ...branch, madeAt: '' } } }),
      ['sessions[0].session.branch.madeAt'],
    ],
    ['last words without end', one({ session: { ...summary, outcome: 'x'.repeat(301) } }), ['sessions[0].session.outcome']],
    [
      'a budget of an endless name',
      one({ session: { ...summary, budget: { ...budget, budgetId: 'x'.repeat(1025) } } }),
      ['sessions[0].session.budget.budgetId'],
    ],
    ['what holds it', one({ session: { ...summary, hold: { because: 'paused', reason: 'x' } } }), ['sessions[0].session.hold']],
    ['no summary', { events }, ['sessions[0].session']],
    ['no events', { session: { ...summary, lastSeq: 0, eventCount: 0 } }, ['sessions[0].events']],
    [
      'events that are no list',
      one({ events: 3 }),
      ['sessions[0].events', 'sessions[0].session.lastSeq', 'sessions[0].session.eventCount'],
    ],
    ['something beside', { ...one(), more: 1 }, ['sessions[0]']],
  ])('%s', (_what, session, expected) => {
    expect(places(json(document(session)))).toEqual(expected);
  });

  it('all of them are told, of every session', () => {
    const wrong = one({ session: { ...summary, status: 'fine' }, events: [event(1, { type: 'a' }), event(2, { type: 'b' })] });
    expect(places(json(document(one(), wrong, { ...wrong })))).toEqual([
      ...['sessions[1].session.status', 'sessions[1].events[0].type', 'sessions[1].events[1].type'],
      ...['sessions[2].session.status', 'sessions[2].events[0].type', 'sessions[2].events[1].type'],
    ]);
  });

  it('a thousand are listed, and all are counted', () => {
    const wrong = Array.from({ length: 1500 }, (_, i) => event(i + 1, { type: 'nope' }));
    const found = inspected(json(document(one({ session: { ...summary, lastSeq: 1500, eventCount: 1500 }, events: wrong }))));
    expect(found).toMatchObject({ ok: false, count: 1500 });
    expect(found.ok ? 0 : found.problems.length).toBe(1000);
  });

  it('a session that is there twice names the first', () => {
    const found = inspected(json(document(one(), one())));
    expect(found.ok ? [] : found.problems).toEqual([
      { path: 'sessions[1].session.externalId', message: 'It is there already, as sessions[0].' },
    ]);
  });
});

describe('a hostile file', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const withInput = (input: string) => json(document(one())).replace('"seq":1,', `"seq":1,"input":${input},`);

  it.each<[string, string, string[]]>([
    ['is no JSON', 'hello', ['file']],
    ['ends early', json(document(one())).slice(0, -3), ['file']],
    ['ends in the middle of an event', json(document(one())).slice(0, -30), ['file']],
    ['goes on after its end', `${json(document(one()))}{}`, ['file']],
    ['is another format', json({ ...document(one()), format: 'else' }), ['file']],
    ['is a list', json([document(one())]), ['file']],
    ['is a number', '1', ['file']],
    ['has a version to come', json({ ...document(one({ events: [{ else: 1 }] })), version: 2 }), ['version']],
    ['has its version as text', json({ ...document(one()), version: '1' }), ['version']],
    ['has no version', json({ format: 'flightdeck.sessions', sessions: [] }), ['version']],
    ['has no session', json(document()), ['sessions']],
    ['has no sessions', json({ format: 'flightdeck.sessions', version: 1 }), ['sessions']],
    [
      'has too many sessions',
      json({ ...document(), sessions: Array.from({ length: limits.maxImportSessions + 1 }, () => ({})) }),
      ['sessions'],
    ],
    ['is nested without end', `{"format":"flightdeck.sessions","version":1,"sessions":${deep(100_000)}}`, ['file']],
    ['has an event nested without end', withInput(deep(100_000)), ['sessions[0].events[0]']],
    ['has objects nested without end', withInput(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`), ['sessions[0].events[0]']],
    [
      'has its events twice',
      json(document(one())).replace('"events":[', '"events":[{}],"events":['),
      [
        ...['sessions[0].events[0].seq', 'sessions[0].events[0].id', 'sessions[0].events[0].type'],
        ...['sessions[0].events[0].at', 'sessions[0].events[0].receivedAt'],
        ...['sessions[0].events[0]', 'sessions[0].events[1]'],
        ...['sessions[0].session.lastSeq', 'sessions[0].session.eventCount'],
      ],
    ],
    [
      'has a summary twice',
      json(document(one())).replace('"events":', `"session":${json(summary)},"events":`),
      ['sessions[0].session'],
    ],
    [
      'has its sessions twice',
      json(document(one(), one())).replace('"version"', `"sessions":[${json(one())},${json(one())}],"version"`),
      [...Array.from({ length: 3 }, () => 'sessions[0]')],
    ],
  ])('that %s is refused, and says where', (_what, text, expected) => {
    const found = places(text);
    expect(found.slice(0, expected.length)).toEqual(expected);
  });

  it('that counts to millions is refused in one sentence, and nothing is kept for what it counts', () => {
    const pieces = new JsonPieces(isExportPiece, exportPieceLimits);
    let hashes = 0;
    const counted = () => {
      hashes += 1;
      return newHash();
    };
    const inspection = new Inspection({ nowMs, newHash: counted });
    const zeros = '0,'.repeat(1_000_000);
    const text = `{"format":"flightdeck.sessions","version":1,"sessions":[${zeros}{"session":{},"events":[{}]}]}`;
    for (const piece of pieces.push(text)) inspection.add(piece);
    expect(inspection.finish(pieces.skeleton)).toEqual({
      ok: false,
      problems: [{ path: 'sessions', message: `Import at most ${limits.maxImportSessions} sessions at once.` }],
      count: 1,
    });
    expect(hashes).toBe(0);
  });

  it.each<[string, object, string]>([
    ['items', { tags: Array(100_000).fill(0) }, 'sessions[0].session.tags'],
    ['fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [n, 0])), 'sessions[0].session.0'],
  ])('of a hundred thousand wrong %s in one place is refused in few words', (_what, fields, first) => {
    const found = inspected(json(document(one({ session: { ...summary, ...fields } }))));
    if (found.ok) throw new Error('it was taken');
    expect(found.problems[0]?.path).toBe(first);
    expect(found.count).toBeLessThanOrEqual(limits.maxImportProblems);
  });

  it('may be as deep as what we store ourselves', () => {
    expect(places(withInput(deep(60)))).toEqual([]);
  });

  it('cannot reach another object’s prototype', () => {
    const found = inspected(withInput('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'));
    expect(found.ok).toBe(true);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('of any soup is refused or read, and never breaks us', () => {
    const soup = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"format"',
        '"flightdeck.sessions"',
        '"version"',
        '1',
        '"sessions"',
        '"session"',
        '"events"',
        'null',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(soup, (parts) => {
        expect(inspected(parts.join('')).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
