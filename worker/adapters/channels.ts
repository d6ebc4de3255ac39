import type { ChannelSettings } from '../../wire/channel.ts';
import type { Notification } from '../../wire/notification.ts';
import { type Judged, outsideUrl } from './outside/outside-url.ts';
import type { Attempt, SenderPorts, Sent } from './sender.ts';
import { sendWebhook } from './webhook/webhook.ts';

/** What a channel keeps to itself. */
export interface ChannelSecrets {
  settings: ChannelSettings;
  /** Secrets that we sign with, the newest first; null is for good. */
  signing: { secret: string; untilMs: number | null }[];
}

/** Brings a notification to a channel, whichever kind it is. */
export function sendToChannel(
  ports: SenderPorts,
  { settings, signing }: ChannelSecrets,
  notification: Notification,
  attempt: Attempt,
): Promise<Sent> {
  switch (settings.kind) {
    case 'webhook': {
      const inForce = signing.filter(({ untilMs }) => untilMs === null || untilMs > ports.now());
      return sendWebhook(ports, { url: settings.url, secrets: inForce.map(({ secret }) => secret) }, notification, attempt);
    }
    default:
      return settings.kind satisfies never;
  }
}

/** Where a channel leads, in a few words that hold no secret. */
export function leadsTo(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'webhook':
      return new URL(settings.url).host;
    default:
      return settings.kind satisfies never;
  }
}

/** What is wrong with settings that somebody entered, by its field; null where nothing is. */
export function settingsProblem(
  settings: ChannelSettings,
  allowance: { allowLoopback: boolean },
): { path: string; message: string } | null {
  switch (settings.kind) {
    case 'webhook':
      return urlProblem(outsideUrl(settings.url, allowance));
    default:
      return settings.kind satisfies never;
  }
}

const urlProblem = (judged: Judged) => (judged.ok ? null : { path: 'settings.url', message: judged.why });

/** Whether we sign what goes to such a channel, with a secret that its receiver has to know. */
export const isSigned = (kind: ChannelSettings['kind']): boolean => kind === 'webhook';
