import type { Integration, IntegrationKind, Trigger, TriggerKind, TrustedPeople } from '../../../wire/integration.ts';

export interface CodeHostGuide {
  name: string;
  /** What it is good for, in a line. */
  lead: string;
  /** What to do over there with the address and the secret, one after the other. */
  steps: string[];
  /** Where comments come from. */
  tokenHint: string;
  /** Where the secret comes from when nothing is entered. */
  secretHint: string;
  apiPlaceholder: string;
}

export const codeHostGuides: Record<IntegrationKind, CodeHostGuide> = {
  github: {
    name: 'GitHub',
    lead: 'A repository or a whole organization, by a webhook',
    steps: [
      'On GitHub, open the repository’s or the organization’s Settings, then Webhooks, and choose Add webhook.',
      'Paste the address as Payload URL and the secret as Secret; choose application/json.',
      'Choose the events: pull requests, issues, issue comments, pull request reviews and review comments, workflow runs.',
      'Add the webhook. GitHub says hello at once.',
    ],
    tokenHint: 'Fine-grained: pull requests, issues and commit statuses, to read and write. Without one nothing is commented.',
    secretHint: 'Leave it empty: one is made for you, and shown once.',
    apiPlaceholder: 'https://github.example.com/api/v3',
  },
  gitlab: {
    name: 'GitLab',
    lead: 'A project or a group, by a webhook',
    steps: [
      'On GitLab, open the project’s or the group’s Settings, then Webhooks, and choose Add new webhook.',
      'Paste the address as URL and the secret as Secret token.',
      'Choose the triggers: comments, merge request events, issue events, pipeline events.',
      'Add the webhook, then choose Merge request events under Test.',
    ],
    tokenHint: 'A project access token of scope api. Without one nothing is commented.',
    secretHint: 'Paste the signing token that GitLab made, or leave it empty: one is made for you, and shown once.',
    apiPlaceholder: 'https://gitlab.example.com/api/v4',
  },
};

/** The triggers that are switched on and off; labels are typed. */
export const switchedTriggers: { on: Exclude<TriggerKind, 'label'>; label: string }[] = [
  { on: 'comment', label: 'A comment says @flightdeck …' },
  { on: 'opened', label: 'A pull or merge request is opened' },
  { on: 'failed', label: 'A workflow run or pipeline fails' },
];

export type IntegrationValues = Record<
  | 'name'
  | 'projectId'
  | 'accessToken'
  | 'apiUrl'
  | 'secret'
  | 'who'
  | 'names'
  | 'label'
  | (typeof switchedTriggers)[number]['on'],
  string
>;

export const newIntegration = (projectId: string): IntegrationValues => ({
  name: '',
  projectId,
  accessToken: '',
  apiUrl: '',
  secret: '',
  who: 'members',
  names: '',
  label: '',
  comment: 'on',
  opened: '',
  failed: '',
});

/** Its secrets are never shown, so a token that is left empty stays. */
export function valuesOf({ name, projectId, apiUrl, triggers, people }: Integration): IntegrationValues {
  const has = (kind: TriggerKind) => (triggers.some(({ on }) => on === kind) ? 'on' : '');
  return {
    name,
    projectId,
    accessToken: '',
    apiUrl: apiUrl ?? '',
    secret: '',
    who: people.who,
    names: people.names.join(', '),
    label: triggers.find(({ on }) => on === 'label')?.label ?? '',
    comment: has('comment'),
    opened: has('opened'),
    failed: has('failed'),
  };
}

/** Whose events start sessions, as the form says. */
export const peopleIn = ({ who, names }: Pick<IntegrationValues, 'who' | 'names'>): TrustedPeople => ({
  who: who === 'anyone' ? 'anyone' : 'members',
  names: names.split(/[\s,]+/).flatMap((name) => name.replace(/^@/, '') || []),
});

/** The triggers that the form says; those that were there keep their templates. */
export function triggersIn(values: IntegrationValues, before: readonly Trigger[] = []): Trigger[] {
  const label = values.label.trim();
  const switched: Trigger[] = switchedTriggers
    .filter(({ on }) => values[on] !== '')
    .map(({ on }) => before.find((trigger) => trigger.on === on) ?? { on });
  const known = before.filter(({ on }) => on === 'label');
  if (label === '') return switched;
  const [first, ...others] = known;
  return [...switched, { ...first, on: 'label', label }, ...others];
}

/** The field that shows what the server says of a path of the body. */
export function fieldOf(path: string): string {
  if (/^triggers\.\d+\.label$/.test(path)) return 'label';
  return path === 'people' || path.startsWith('people.names') ? 'names' : path;
}

/** What starts sessions, in a line. */
export function triggerWords(triggers: readonly Trigger[]): string {
  const words = triggers.map(({ on, label }) => {
    if (on === 'label') return `the label ${label}`;
    return { comment: '@flightdeck', opened: 'opened', failed: 'failed runs' }[on];
  });
  return words.length === 0 ? 'starts nothing' : words.join(', ');
}
