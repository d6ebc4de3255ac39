import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFromGitHub } from '../../worker/adapters/github/signature.ts';
import { isFromGitLab } from '../../worker/adapters/gitlab/signature.ts';
import { isFromSlack } from '../../worker/adapters/slack/signature.ts';
import { mutated, mutations, type SignedRequest } from './mutated.ts';
import { signedByGitHub, signedByGitLab, signedBySlack } from './webhook-signatures.ts';

const secret = 'It’s a secret to everybody';
const signingToken = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const nowMs = Date.UTC(2026, 10, 27);
const seconds = nowMs / 1000;
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

interface Door {
  name: string;
  /** Headers that the signature depends on. */
  vouching: string[];
  sign(body: Uint8Array<ArrayBuffer>): SignedRequest;
  accepts(request: SignedRequest, atMs?: number): boolean;
  isTimed: boolean;
}

const doors: Door[] = [
  {
    name: 'GitHub',
    vouching: ['x-hub-signature-256'],
    sign: (body) => ({ headers: signedByGitHub(secret, body), body }),
    accepts: ({ headers, body }) => isFromGitHub(secret, new Headers(headers), body),
    isTimed: false,
  },
  {
    name: 'GitLab',
    vouching: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    sign: (body) => ({ headers: signedByGitLab(signingToken, 'msg-1', seconds, body), body }),
    accepts: ({ headers, body }, atMs = nowMs) => isFromGitLab(signingToken, new Headers(headers), body, atMs),
    isTimed: true,
  },
  {
    name: 'Slack',
    vouching: ['x-slack-request-timestamp', 'x-slack-signature'],
    sign: (body) => ({ headers: signedBySlack(secret, seconds, body), body }),
    accepts: ({ headers, body }, atMs = nowMs) => isFromSlack(secret, new Headers(headers), body, atMs),
    isTimed: true,
  },
];

describe.each(doors)('a request that $name signed', ({ vouching, sign, accepts, isTimed }) => {
  it('is let in as it is, whatever its bytes are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (body) => accepts(sign(Uint8Array.from(body)))));
  });

  it('is refused after any of 100,000 changes', () => {
    const signed = sign(bytes('{"action":"opened","number":2,"text":"zażółć"}'));
    let tried = 0;
    const accepted: SignedRequest[] = [];
    fc.assert(
      fc.property(mutations, (mutation) => {
        const changed = mutated(signed, vouching, mutation);
        fc.pre(changed !== undefined);
        tried += 1;
        if (accepts(changed)) accepted.push(changed);
      }),
      { seed: 20261127, numRuns: 100_000, maxSkipsPerRun: 1000 },
    );
    expect(tried).toBe(100_000);
    expect(accepted).toEqual([]);
  });

  it('is refused where its time is more than 300 seconds off, either way, if it has one', () => {
    const signed = sign(bytes('{}'));
    const offsets = [-301, -300, -1, 0, 1, 300, 301];
    const letIn = offsets.filter((offset) => accepts(signed, nowMs + offset * 1000));
    expect(letIn).toEqual(isTimed ? [-300, -1, 0, 1, 300] : offsets);
  });
});

describe('a door without a secret', () => {
  it('lets nobody in, not even who signs with none', () => {
    const body = bytes('{}');
    expect(isFromGitHub('', new Headers(signedByGitHub('', body)), body)).toBe(false);
    expect(isFromGitLab('', new Headers({ 'x-gitlab-token': '' }), body, nowMs)).toBe(false);
    expect(isFromGitLab('', new Headers(), body, nowMs)).toBe(false);
    expect(isFromSlack('', new Headers(signedBySlack('', seconds, body)), body, nowMs)).toBe(false);
  });
});

describe('GitLab’s secret token', () => {
  const body = bytes('{}');
  const token = 'a secret token of some length';
  const accepts = (headers: Record<string, string>) => isFromGitLab(token, new Headers(headers), body, nowMs);

  it('is let in where it is the same', () => {
    expect(accepts({ 'x-gitlab-token': token })).toBe(true);
    expect(accepts({ 'x-gitlab-token': `${token}x` })).toBe(false);
    expect(accepts({ 'x-gitlab-token': token.slice(1) })).toBe(false);
    expect(accepts({})).toBe(false);
  });

  it('does not stand in for a signature that is wrong', () => {
    expect(
      accepts({ 'x-gitlab-token': token, 'webhook-signature': 'v1,AAAA', 'webhook-id': 'a', 'webhook-timestamp': `${seconds}` }),
    ).toBe(false);
    expect(accepts({ 'x-gitlab-token': token, 'webhook-signature': '' })).toBe(false);
  });

  it('signs where it is no signing token, too', () => {
    const plain = Buffer.from(token).toString('base64');
    expect(accepts(signedByGitLab(plain, 'msg-1', seconds, body))).toBe(true);
  });

  it('may be one of several signatures, as while a token is changed', () => {
    const signed = signedByGitLab(signingToken, 'msg-1', seconds, body);
    const headers = new Headers({ ...signed, 'webhook-signature': `v1,${'A'.repeat(43)}= ${signed['webhook-signature']}` });
    expect(isFromGitLab(signingToken, headers, body, nowMs)).toBe(true);
  });
});

describe('GitHub’s own example', () => {
  it('is let in, as its documentation says', () => {
    const body = bytes('Hello, World!');
    const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };
    expect(isFromGitHub("It's a Secret to Everybody", new Headers(headers), body)).toBe(true);
  });
});

describe('Slack’s own example', () => {
  it('is let in, as its documentation says', () => {
    const body = bytes(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    );
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    expect(isFromSlack('8f742231b10e8888abcd99yyyzzz85a5', new Headers(headers), body, 1531420618_000)).toBe(true);
  });
});
