import type { ChannelSettings, ChannelSettingsPatch } from '../../wire/channel.ts';
import type { Notification } from '../../wire/notification.ts';
import type { ErasedPerson } from '../domain/archive/erased-person.ts';
import { sendEmail } from './email/email.ts';
import { outsideUrl } from './outside/outside-url.ts';
import { sendPagerDuty } from './pagerduty/event.ts';
import type { Attempt, SenderPorts, Sent } from './sender.ts';
import { sendSlackWebhook } from './slack/message.ts';
import { sendWebhook } from './webhook/webhook.ts';

/** A channel that is one place and has all that it needs. What goes to people's browsers is split up before it is sent; Slack's app is the organization's. */
type PlaceSettings = Exclude<ChannelSettings, { kind: 'web-push' | 'slack' }>;

/** What a channel keeps to itself. */
export interface ChannelSecrets {
  settings: ChannelSettings;
  /** Secrets that we sign with, the newest first; null is for good. */
  signing: { secret: string; untilMs: number | null }[];
}

/** Brings a notification to a channel, whichever kind it is. */
export function sendToChannel(
  ports: SenderPorts,
  { settings, signing }: ChannelSecrets & { settings: PlaceSettings },
  notification: Notification,
  attempt: Attempt,
): Promise<Sent> {
  switch (settings.kind) {
    case 'slack-webhook':
      return sendSlackWebhook(ports, settings, notification, attempt);
    case 'pagerduty':
      return sendPagerDuty(ports, settings, notification, attempt);
    case 'email':
      return sendEmail(ports, settings, notification, attempt);
    case 'webhook': {
      const inForce = signing.filter(({ untilMs }) => untilMs === null || untilMs > ports.now());
      return sendWebhook(ports, { url: settings.url, secrets: inForce.map(({ secret }) => secret) }, notification, attempt);
    }
    default:
      return settings satisfies never;
  }
}

/** Where a channel leads, in a few words that hold no secret. */
export function leadsTo(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'slack':
      return settings.channel;
    case 'slack-webhook':
    case 'webhook':
      return new URL(settings.url).host;
    case 'pagerduty':
      return `key …${settings.routingKey.slice(-4)}`;
    case 'email':
      return settings.to.join(', ');
    case 'web-push':
      return settings.userIds === null ? 'everybody who turned them on' : `${settings.userIds.length} people`;
    default:
      return settings satisfies never;
  }
}

/** Settings with what a patch of the same kind says; what it leaves out stays. */
export function settingsAfter(settings: ChannelSettings, patch: ChannelSettingsPatch): ChannelSettings {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined);
  const { token, ...others } = { token: undefined, ...settings, ...Object.fromEntries(said) };
  // Of one kind, each field of one is a field of the other; a token that is null is one that there is no more.
  return (token ? { ...others, token } : others) as ChannelSettings;
}

/** What is wrong with settings that somebody entered, by its field; null where nothing is. */
export function settingsProblem(
  settings: ChannelSettingsPatch,
  { allowLoopback, email }: { allowLoopback: boolean; email: { isSent: boolean; missing: readonly string[] } },
): { path: string; message: string } | null {
  switch (settings.kind) {
    case 'slack':
    case 'pagerduty':
    case 'web-push':
      return null;
    case 'email':
      if (email.isSent || settings.to === undefined) return null;
      return { path: 'settings.to', message: `This deployment does not send e-mail yet: ${operatorSets(email.missing)}.` };
    case 'slack-webhook':
    case 'webhook': {
      if (settings.url === undefined) return null;
      const judged = outsideUrl(settings.url, { allowLoopback });
      return judged.ok ? null : { path: 'settings.url', message: judged.why };
    }
    default:
      return settings satisfies never;
  }
}

const operatorSets = (missing: readonly string[]): string =>
  missing.length === 0
    ? 'its operator sets EMAIL_FROM, and a binding or EMAIL_API'
    : `its operator has begun, and still has to set ${missing.join(' and ')}`;

/** Whether we sign what goes to such a channel, with a secret that its receiver has to know. */
export const isSigned = (kind: ChannelSettings['kind']): boolean => kind === 'webhook';

/** Settings that reach this person no more; undefined where they never did. */
export function settingsWithout(settings: ChannelSettings, { userId, email }: ErasedPerson): ChannelSettings | undefined {
  if (settings.kind === 'web-push' && settings.userIds?.includes(userId))
    return { ...settings, userIds: settings.userIds.filter((id) => id !== userId) };
  const isTheirs = (address: string) => address.toLowerCase() === email.toLowerCase();
  if (settings.kind === 'email' && settings.to.some(isTheirs))
    return { ...settings, to: settings.to.filter((address) => !isTheirs(address)) };
  return undefined;
}

export const reachesNobody = (settings: ChannelSettings): boolean =>
  (settings.kind === 'web-push' && settings.userIds?.length === 0) || (settings.kind === 'email' && settings.to.length === 0);
