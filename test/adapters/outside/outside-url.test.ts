import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, outsideUrl } from '../../../worker/adapters/outside/outside-url.ts';
import { admitUrl } from '../../../worker/adapters/outside/resolve.ts';
import { insideUrls } from './inside-urls.ts';

const production = { allowLoopback: false };
const admits = (url: string, allowance = production) => outsideUrl(url, allowance).ok;

const publicUrls = [
  'https://example.com',
  'https://hooks.example.com:8443/services/x?y=1#z',
  'https://EXAMPLE.com./',
  'https://bücher.example/',
  'https://1.1.1.1/',
  'https://172.15.0.1/',
  'https://172.32.0.1/',
  'https://11.0.0.1/',
  'https://[2606:4700:4700::1111]/',
  'https://localhost.example.com/',
  'https://internal.example.com/',
  'https://10.example.com/',
];

describe('an address that somebody enters', () => {
  it(`is refused where it leads inside, whichever way it is written: ${insideUrls.length} of them`, () => {
    expect(insideUrls.length).toBeGreaterThan(150);
    expect(insideUrls.filter((url) => admits(url))).toEqual([]);
  });

  it('is refused with a sentence that says what is wrong', () => {
    for (const url of insideUrls)
      expect(outsideUrl(url, production)).toMatchObject({ ok: false, why: expect.stringMatching(/\.$/) });
  });

  it('passes where it is on the public internet', () => {
    expect(publicUrls.filter((url) => !admits(url))).toEqual([]);
  });

  it('may lead to this machine itself where tests and development allow it, and to no other', () => {
    const loopback = ['http://127.0.0.1:9/x', 'http://localhost:9', 'http://[::1]:9/', 'http://127.9.9.9/'];
    expect(loopback.filter((url) => admits(url))).toEqual([]);
    expect(loopback.filter((url) => !admits(url, { allowLoopback: true }))).toEqual([]);
    const other = [
      'http://10.0.0.1/',
      'http://example.com/',
      'https://169.254.169.254/',
      'http://0.0.0.0/',
      'http://a.localhost/',
    ];
    expect(other.filter((url) => admits(url, { allowLoopback: true }))).toEqual([]);
  });

  it('of four numbers is judged alike however the numbers are written', () => {
    const notations = (parts: number[]) => [
      parts.join('.'),
      parts.map((part) => `0x${part.toString(16)}`).join('.'),
      parts.map((part) => `0${part.toString(8)}`).join('.'),
      String(parts.reduce((sum, part) => sum * 256 + part, 0)),
      `[::ffff:${parts.join('.')}]`,
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), (parts) => {
        const [plain = '', ...others] = notations(parts).map((host) => `https://${host}/`);
        for (const other of others.slice(0, 3)) expect(admits(other)).toBe(admits(plain));
        // An embedded one has no business in a name that people enter.
        expect(admits(others.at(-1) ?? '')).toBe(false);
        expect(isPublicAddress(parts.join('.'))).toBe(admits(plain));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('before a request', () => {
  const asked: string[] = [];
  const ports = (records: Record<string, string[]>, status = 0) => ({
    ...production,
    dnsApi: 'https://dns.example/query',
    fetch: async (input: RequestInfo | URL) => {
      const url = new URL(String(input));
      asked.push(url.href);
      const type = url.searchParams.get('type') === 'A' ? 1 : 28;
      const found = records[`${url.searchParams.get('name')} ${url.searchParams.get('type')}`] ?? [];
      return Response.json({ Status: status, Answer: found.map((data) => ({ type: data.endsWith('.') ? 5 : type, data })) });
    },
  });

  it('nothing is asked, and no connection opened, for an address that leads inside', async () => {
    asked.length = 0;
    for (const url of insideUrls)
      expect(await admitUrl(ports({}), url)).toMatchObject({ ok: false, sent: { outcome: 'refused' } });
    expect(asked).toEqual([]);
  });

  it('a name passes where all its addresses are public, aliases aside', async () => {
    const records = { 'a.example.com A': ['b.example.net.', '93.184.216.34'], 'a.example.com AAAA': ['2606:4700::1'] };
    expect((await admitUrl(ports(records), 'https://a.example.com/x')).ok).toBe(true);
  });

  it('a name is refused where one of its addresses leads inside', async () => {
    for (const inside of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1']) {
      const records = {
        'a.example.com A': ['93.184.216.34'],
        [`a.example.com ${inside.includes(':') ? 'AAAA' : 'A'}`]: [inside],
      };
      const admitted = await admitUrl(ports(records), 'https://a.example.com/x');
      expect(admitted).toMatchObject({ ok: false, sent: { outcome: 'refused', detail: expect.stringContaining(inside) } });
    }
  });

  it('a name that cannot be looked up, or has no address, is tried later', async () => {
    expect(await admitUrl(ports({}), 'https://a.example.com/')).toMatchObject({ sent: { outcome: 'retry' } });
    expect(await admitUrl(ports({}, 2), 'https://a.example.com/')).toMatchObject({ sent: { outcome: 'retry' } });
    const fetch = () => Promise.reject(new Error('no network'));
    expect(await admitUrl({ ...ports({}), fetch }, 'https://a.example.com/')).toMatchObject({ sent: { outcome: 'retry' } });
  });
});
