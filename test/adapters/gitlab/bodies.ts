// Bodies of the shape that GitLab documents (https://docs.gitlab.com/user/project/integrations/webhook_events/).

const user = { id: 1, name: 'Ada Lovelace', username: 'ada', email: 'ada@example.com' };
const project = {
  id: 5,
  name: 'Engine',
  web_url: 'https://gitlab.example.com/analytical/engine',
  git_http_url: 'https://gitlab.example.com/analytical/engine.git',
  git_ssh_url: 'git@gitlab.example.com:analytical/engine.git',
  visibility_level: 0,
  path_with_namespace: 'analytical/engine',
  default_branch: 'main',
};
const base = { user, project };
const sha = '562e173be03b8ff2efb05345d12df18815438a4b';

export const merge = {
  id: 99,
  iid: 3,
  title: 'Count the Bernoulli numbers',
  description: 'As in note G.',
  url: 'https://gitlab.example.com/analytical/engine/-/merge_requests/3',
  source_branch: 'bernoulli',
  target_branch: 'main',
  source_project_id: 5,
  target_project_id: 5,
  last_commit: { id: sha, message: 'Count' },
  draft: false,
};

export const mergeRequestEvent = (
  action: string,
  more: Record<string, unknown> = {},
  attributes: Record<string, unknown> = {},
) => ({
  object_kind: 'merge_request',
  ...base,
  object_attributes: { ...merge, action, ...attributes },
  changes: {},
  ...more,
});

export const noteEvent = (
  note: string,
  on: Record<string, unknown> = { merge_request: merge },
  attributes: Record<string, unknown> = {},
) => ({
  object_kind: 'note',
  ...base,
  project_id: 5,
  object_attributes: {
    id: 1244,
    note,
    noteable_type: 'MergeRequest',
    system: false,
    action: 'create',
    url: 'https://gitlab.example.com/analytical/engine/-/merge_requests/3#note_1244',
    ...attributes,
  },
  ...on,
});

export const pipelineEvent = (status: string, mergeRequest: unknown = null, attributes: Record<string, unknown> = {}) => ({
  object_kind: 'pipeline',
  ...base,
  object_attributes: {
    id: 31,
    ref: 'bernoulli',
    tag: false,
    sha,
    status,
    url: 'https://gitlab.example.com/analytical/engine/-/pipelines/31',
    ...attributes,
  },
  merge_request: mergeRequest,
});

export const issueEvent = (action: string, changes: unknown) => ({
  object_kind: 'issue',
  ...base,
  object_attributes: {
    id: 301,
    iid: 23,
    title: 'Wrong sign',
    description: 'In the third term.',
    url: 'https://gitlab.example.com/analytical/engine/-/issues/23',
    action,
  },
  changes,
});

/** Every other kind of event that GitLab documents for projects, groups and systems, by the name in `X-Gitlab-Event`. */
export const otherEvents = [
  ...[
    'Push Hook',
    'Tag Push Hook',
    'Job Hook',
    'Deployment Hook',
    'Release Hook',
    'Milestone Hook',
    'Wiki Page Hook',
    'Emoji Hook',
  ],
  ...[
    'Feature Flag Hook',
    'Member Hook',
    'Subgroup Hook',
    'Project Hook',
    'Resource Access Token Hook',
    'Confidential Issue Hook',
  ],
  ...['Confidential Note Hook', 'Vulnerability Hook', 'System Hook', 'Build Hook', 'Service Hook', 'Access Token Hook'],
];
