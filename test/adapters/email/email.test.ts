import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailOf, sendEmail } from '../../../worker/adapters/email/email.ts';
import type { Mailer } from '../../../worker/adapters/sender.ts';
import { attempt, notification, recordingPorts } from '../sender-ports.ts';

const to = ['ann@example.com', 'bob@example.com'];
const http: Mailer = {
  kind: 'http',
  from: 'Flightdeck <alerts@example.com>',
  api: 'https://mail.example.com/emails',
  key: 're_1',
};

describe('an e-mail', () => {
  it('goes out by a provider’s API under a key that makes a repeat the same e-mail', async () => {
    const { ports, requests } = recordingPorts(() => Response.json({ id: '1' }), { mailer: http });
    expect(await sendEmail(ports, { to }, notification(), attempt({ mayHaveArrived: true }))).toMatchObject({
      outcome: 'delivered',
    });
    expect(requests[0]?.headers.get('idempotency-key')).toBe('msg_abc');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer re_1');
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ from: http.from, to, subject: 'A session failed' });
  });

  it('goes out by Cloudflare’s binding, is tried again where that has a limit, and repeats nothing that may have arrived', async () => {
    const sent: unknown[] = [];
    const through = (failure: Error | null) => {
      const binding = {
        send: async (message: unknown) => {
          if (failure) throw failure;
          sent.push(message);
          return { messageId: '1' };
        },
      };
      return recordingPorts(() => new Response(), { mailer: { kind: 'binding', from: 'alerts@example.com', binding } }).ports;
    };
    expect(await sendEmail(through(null), { to }, notification(), attempt())).toMatchObject({ outcome: 'delivered' });
    expect(sent).toMatchObject([{ to, from: 'alerts@example.com', subject: 'A session failed' }]);
    const limited = Object.assign(new Error('slow down'), { code: 'E_RATE_LIMIT_EXCEEDED' });
    expect(await sendEmail(through(limited), { to }, notification(), attempt())).toMatchObject({ outcome: 'retry' });
    const unverified = Object.assign(new Error('no'), { code: 'E_SENDER_NOT_VERIFIED' });
    expect(await sendEmail(through(unverified), { to }, notification(), attempt())).toMatchObject({ outcome: 'refused' });
    expect(await sendEmail(through(null), { to }, notification(), attempt({ mayHaveArrived: true }))).toMatchObject({
      outcome: 'unknown',
      isFinal: true,
    });
    expect(sent).toHaveLength(1);
  });

  it('is refused where the deployment sends none', async () => {
    const { ports } = recordingPorts(() => new Response());
    expect(await sendEmail(ports, { to }, notification(), attempt())).toMatchObject({ outcome: 'refused' });
  });

  it('says the same as text and as HTML', async () => {
    const { subject, text, html } = await emailOf(notification({ kind: 'resolved' }), 'https://flightdeck.example');
    expect(subject).toBe('Resolved: A session failed');
    for (const part of [text, html])
      for (const words of [
        '“Fix the login race” failed after 12 minutes.',
        'Cost',
        '$1.20',
        'https://flightdeck.example/organizations/org_1',
      ])
        expect(part).toContain(words);
  });

  it('holds what people and agents wrote as words: no tag, no second subject', async () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('<img src=x onerror=alert(1)>', '"><script>', 'a\r\nBcc: eve@example.com'),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (title, body, value) => {
        const { subject, html } = await emailOf(
          notification({ title, body, facts: [{ label: title, value }] }),
          'https://x.example',
        );
        expect(subject).not.toMatch(/[\r\n]/);
        const tags = [...html.matchAll(/<\/?([a-z!]+)/g)].map(([, tag]) => tag);
        expect(new Set(tags)).toEqual(
          new Set(['!doctype', 'html', 'head', 'meta', 'title', 'body', 'div', 'h', 'p', 'table', 'tr', 'th', 'td', 'a']),
        );
      }),
    );
  });
});
