// Bodies of GitHub's shape, as far as we read them; its own published examples are read in test/adapters/github.

const repository = { id: 186853002, full_name: 'acme/web', clone_url: 'https://github.com/acme/web.git', private: false };
const sender = { login: 'ada', type: 'User' };
const base = { repository, sender };

export const pullRequest = {
  number: 12,
  title: 'Mend the login',
  body: 'It raced.',
  html_url: 'https://github.com/acme/web/pull/12',
  draft: false,
  author_association: 'MEMBER',
  head: { ref: 'login', sha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821', repo: { full_name: 'acme/web' } },
};

export const pullRequestEvent = (action: string, more: Record<string, unknown> = {}) => ({
  ...base,
  action,
  pull_request: pullRequest,
  ...more,
});

export const commentEvent = (text: string, association = 'MEMBER') => ({
  ...base,
  action: 'created',
  issue: { number: 12, title: 'Mend the login', body: 'It raced.', html_url: pullRequest.html_url, pull_request: {} },
  comment: { body: text, html_url: `${pullRequest.html_url}#issuecomment-1`, author_association: association },
});
