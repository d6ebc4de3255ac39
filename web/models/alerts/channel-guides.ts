import type { ChannelKind, ChannelSettings, ChannelSettingsPatch } from '../../../wire/channel.ts';

export interface ChannelField {
  /** Its path in the request's body, by which a refusal names it. */
  name: `settings.${'url' | 'token' | 'channel' | 'routingKey' | 'to'}`;
  label: string;
  placeholder: string;
  hint?: string;
  /** Not shown while it is typed. */
  secret?: true;
  /** It may be left empty. */
  optional?: true;
}

export interface ChannelGuide {
  name: string;
  /** What it is good for, in a line. */
  lead: string;
  /** What to do over there, one after the other. */
  steps: string[];
  fields: ChannelField[];
}

/** How each kind of channel is set up: what to click there, what to paste here. */
export const channelGuides: Record<ChannelKind, ChannelGuide> = {
  slack: {
    name: 'Slack app',
    lead: 'Messages with buttons that act, in any channel',
    steps: [
      'Connect the organization’s Slack app first, under Slack on this page: its messages can be answered in Slack.',
      'In Slack, invite the app to the channel: /invite @Flightdeck.',
    ],
    fields: [
      {
        name: 'settings.token',
        label: 'Bot token',
        placeholder: 'xoxb-…',
        hint: 'Leave it empty for the organization’s app. Messages of another app only open pages; it needs the scopes chat:write, channels:history and groups:history.',
        secret: true,
        optional: true,
      },
      {
        name: 'settings.channel',
        label: 'Channel',
        placeholder: 'C0123456789',
        hint: 'Its id, at the bottom of the channel’s details. By id a message whose answer was lost is not repeated.',
      },
    ],
  },
  'slack-webhook': {
    name: 'Slack webhook',
    lead: 'One channel, without an app of your own',
    steps: [
      'On api.slack.com/apps, open or create an app, and turn Incoming Webhooks on.',
      'Add a webhook to the channel, and copy its address. Mattermost and others take the same.',
    ],
    fields: [{ name: 'settings.url', label: 'Webhook address', placeholder: 'https://hooks.slack.com/services/…', secret: true }],
  },
  pagerduty: {
    name: 'PagerDuty',
    lead: 'Wakes whoever is on call, and resolves by itself',
    steps: [
      'In PagerDuty, open the service that is to be alerted, and its tab Integrations.',
      'Add the integration Events API v2, and copy its integration key.',
    ],
    fields: [{ name: 'settings.routingKey', label: 'Integration key', placeholder: '32 letters and digits', secret: true }],
  },
  email: {
    name: 'E-mail',
    lead: 'To one address or several',
    steps: ['Enter the addresses. A list or a group is better than twenty people.'],
    fields: [{ name: 'settings.to', label: 'Addresses', placeholder: 'oncall@example.com', hint: 'Separate several by commas.' }],
  },
  'web-push': {
    name: 'Notifications',
    lead: 'On the phones and computers of everybody who turns them on',
    steps: [
      'Save the channel.',
      'Everybody turns notifications on where they want them: here, under Notifications on this device.',
      'On an iPhone, first add Flightdeck to the home screen and open it from there.',
    ],
    fields: [],
  },
  webhook: {
    name: 'Webhook',
    lead: 'Signed JSON to a service of yours',
    steps: [
      'Have your service take POST requests at an https address.',
      'Verify each with a Standard Webhooks library and the secret that you get here when the channel is saved.',
    ],
    fields: [{ name: 'settings.url', label: 'Address', placeholder: 'https://example.com/flightdeck' }],
  },
};

/** `app`: not empty where a Slack channel gives its own bot token up for the organization's app. */
export type ChannelValues = Record<'name' | 'app' | ChannelField['name'], string>;

export const emptyChannel = (kind: ChannelKind): ChannelValues => ({
  name: channelGuides[kind].name,
  app: '',
  'settings.url': '',
  'settings.token': '',
  'settings.channel': '',
  'settings.routingKey': '',
  'settings.to': '',
});

/** What is missing of a kind's fields, in words; of a channel that there is, each may be left empty. */
export function channelProblems(kind: ChannelKind, values: ChannelValues, isThere = false): Partial<ChannelValues> {
  const problems: Partial<ChannelValues> = {};
  if (values.name.trim() === '') problems.name = 'Give the channel a name.';
  if (isThere) return problems;
  for (const { name, label, optional } of channelGuides[kind].fields)
    if (!optional && values[name].trim() === '') problems[name] = `${label}: this is needed.`;
  return problems;
}

/** The settings that the fields say. */
export function settingsIn(kind: ChannelKind, values: ChannelValues): ChannelSettings {
  switch (kind) {
    case 'slack':
      return {
        kind,
        ...(values['settings.token'].trim() !== '' && { token: values['settings.token'].trim() }),
        channel: values['settings.channel'].trim(),
      };
    case 'slack-webhook':
    case 'webhook':
      return { kind, url: values['settings.url'].trim() };
    case 'pagerduty':
      return { kind, routingKey: values['settings.routingKey'].trim() };
    case 'web-push':
      return { kind, userIds: null };
    case 'email':
      return { kind, to: values['settings.to'].split(/[\s,;]+/).filter(Boolean) };
    default:
      return kind satisfies never;
  }
}

/** What the fields change of a channel that there is; undefined where nothing was entered. */
export function patchIn(kind: ChannelKind, values: ChannelValues): ChannelSettingsPatch | undefined {
  const entered = channelGuides[kind].fields.filter(({ name }) => values[name].trim() !== '');
  const isOnApp = kind === 'slack' && values.app !== '';
  if (entered.length === 0 && !isOnApp) return undefined;
  const names = entered.map(({ name }) => name.replace('settings.', ''));
  const said = Object.entries(settingsIn(kind, values)).filter(([name]) => names.includes(name));
  // Of settings of this kind, some fields.
  return { kind, ...Object.fromEntries(said), ...(isOnApp && { token: null }) } as ChannelSettingsPatch;
}
