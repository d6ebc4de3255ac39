import { html } from 'hono/html';
import type { Notification } from '../../../wire/notification.ts';
import { ask, byStatus, type Mailer, type Send, type SenderPorts, type Sent } from '../sender.ts';

interface Message {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

/** By Cloudflare's binding or a provider's API, as the deployment has it. */
export const sendEmail: Send<{ to: string[] }, Notification> = async (ports, { to }, notification, attempt) => {
  const { mailer } = ports;
  if (!mailer)
    return {
      outcome: 'refused',
      detail: 'This deployment does not send e-mail, or no more: its operator has not set all that it takes.',
    };
  const message = { from: mailer.from, to, ...(await emailOf(notification, ports.publicUrl)) };
  if (mailer.kind === 'http') return sendByApi(ports, mailer, message, attempt.idempotencyKey);
  // The binding has no idempotency key.
  if (attempt.mayHaveArrived) return { outcome: 'unknown', isFinal: true, detail: 'It may have arrived, so it is not repeated.' };
  return sendByBinding(mailer.binding, message);
};

async function sendByApi(ports: SenderPorts, mailer: Mailer & { kind: 'http' }, message: Message, key: string): Promise<Sent> {
  const asked = await ask(ports, mailer.api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${mailer.key}`, 'idempotency-key': key },
    body: JSON.stringify(message),
  });
  return asked.ok ? byStatus(asked.answer, ports.now()) : asked.sent;
}

async function sendByBinding(binding: SendEmail, message: Message): Promise<Sent> {
  try {
    await binding.send(message);
    return { outcome: 'delivered', detail: 'Cloudflare took it.' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const detail = `Cloudflare said: ${code || String(error)}`.slice(0, 200);
    return { outcome: /RATE_LIMIT|INTERNAL|DELIVERY_FAILED|DAILY_LIMIT/.test(code) ? 'retry' : 'refused', detail };
  }
}

/** The same words as text and as HTML, which every mail program shows, pictures or not. */
export async function emailOf(
  { title, body, facts, link, kind, severity }: Notification,
  publicUrl: string,
): Promise<Pick<Message, 'subject' | 'text' | 'html'>> {
  const url = `${publicUrl}${link}`;
  const heading = kind === 'resolved' ? `Resolved: ${title}` : title;
  const colour = kind === 'resolved' ? '#2e7d4f' : colours[severity];
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${heading}</title></head>
<body style="margin:0;padding:24px;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:15px;line-height:1.5">
<div style="max-width:560px;margin:0 auto;border-left:4px solid ${colour};padding-left:16px">
<h1 style="margin:0 0 8px;font-size:18px">${heading}</h1>
<p style="margin:0 0 16px;white-space:pre-line">${body}</p>
${facts.length > 0 ? html`<table style="border-collapse:collapse;margin:0 0 16px">${facts.map(({ label, value }) => html`<tr><th style="text-align:left;font-weight:600;padding:2px 16px 2px 0;vertical-align:top">${label}</th><td style="padding:2px 0">${value}</td></tr>`)}</table>` : ''}
<p style="margin:0"><a href="${url}">Open in Flightdeck</a></p>
</div></body></html>`;
  const lines = facts.map(({ label, value }) => `${label}: ${value}`);
  const text = [heading, '', body, ...(lines.length > 0 ? ['', ...lines] : []), '', url, ''].join('\n');
  // A subject is one line, whatever a session is called.
  return { subject: heading.replaceAll(/\s+/g, ' ').slice(0, 200), text, html: String(page) };
}

const colours = { info: '#3b6ea5', warning: '#b7791f', critical: '#b42318' } as const;
