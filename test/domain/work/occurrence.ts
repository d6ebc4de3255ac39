import type { Occurrence } from '../../../worker/domain/work/occurrence.ts';

/** A pull request that a member opened. */
export const occurrence = (overrides: Partial<Occurrence> = {}): Occurrence => ({
  kind: 'opened',
  service: 'github',
  repository: 'acme/web',
  repositoryId: 1,
  cloneUrl: 'https://github.com/acme/web.git',
  isPrivate: false,
  subject: {
    kind: 'pull request',
    number: 12,
    title: 'Mend the login',
    text: 'It raced.',
    url: 'https://github.com/acme/web/pull/12',
  },
  branch: 'login',
  sha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
  isFork: false,
  by: { name: 'ada', isBot: false, isMember: true },
  comment: null,
  label: null,
  failure: null,
  ...overrides,
});
