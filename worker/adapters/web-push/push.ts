import { createHash } from 'node:crypto';
import { buildPushPayload } from '@block65/webcrypto-web-push';
import type { Notification } from '../../../wire/notification.ts';
import { admitUrl } from '../outside/resolve.ts';
import { ask, byStatus, type Send } from '../sender.ts';

export interface PushTarget {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** Push services take 4,096 bytes, encrypted and padded (RFC 8291, 4); Japanese has three for a letter. */
const maxTitle = 150;
const maxBody = 700;

/** A phone that was off for a day wants to know no more what happened before. */
const ttlSeconds = 24 * 3600;

/**
 * Web push (RFC 8030, 8291, 8292). A browser shows one notification for each `tag`, so that a push which comes twice is one; and a push service
 * keeps the last of each `topic`, so that what resolves takes the place of what fired.
 */
export const sendPush: Send<PushTarget, Notification> = async (ports, { endpoint, keys }, notification) => {
  const admitted = await admitUrl(ports, endpoint);
  if (!admitted.ok) return admitted.sent;
  const { title, body, link, kind, severity, dedupKey } = notification;
  const tag = createHash('sha256').update(dedupKey).digest('base64url').slice(0, 32);
  const data = {
    title: `${kind === 'resolved' ? 'Resolved: ' : ''}${title}`.slice(0, maxTitle),
    body: body.slice(0, maxBody),
    tag,
    // A path: the service worker opens it wherever it came from itself.
    url: link,
  };
  const urgency = severity === 'critical' ? 'high' : 'normal';
  const request = await buildPushPayload(
    { data, options: { ttl: ttlSeconds, urgency, topic: tag } },
    // Only a test's push service, on this machine, has no TLS; the library signs for https alone.
    { endpoint: endpoint.replace(/^http:/, 'https:'), keys, expirationTime: null },
    { ...ports.vapid, subject: ports.publicUrl.startsWith('https:') ? ports.publicUrl : 'mailto:flightdeck@localhost.invalid' },
  );
  const { 'content-length': _, ...headers } = request.headers;
  const asked = await ask(ports, admitted.url.href, { method: 'POST', headers, body: request.body });
  if (!asked.ok) return asked.sent;
  const sent = byStatus(asked.answer, ports.now());
  if (asked.answer.status === 404 || asked.answer.status === 410)
    return { outcome: 'refused', detail: 'The browser takes no more notifications, so it is forgotten.', isGone: true };
  return sent;
};
