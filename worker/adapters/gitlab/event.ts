import * as z from 'zod/mini';
import type { Occurrence, ReadDelivery, Subject } from '../../domain/work/occurrence.ts';
import { isRecord } from '../agents/reading.ts';

// Of GitLab's payloads only what we read; all else may be missing or new.
const Text = z.nullish(z.string());
const Project = z.object({
  id: z.optional(z.number()),
  path_with_namespace: z.string(),
  git_http_url: z.string(),
  /** 0 private, 10 internal, 20 public. */
  visibility_level: z.optional(z.nullable(z.number())),
});
const Person = z.object({ username: z.string() });
const Base = z.object({ project: Project, project_id: z.optional(z.number()), user: Person });
const Label = z.object({ title: z.string() });
const MergeRequest = z.object({
  iid: z.int(),
  title: z.string(),
  description: Text,
  url: z.optional(z.string()),
  source_branch: z.string(),
  source_project_id: z.nullish(z.number()),
  target_project_id: z.nullish(z.number()),
  last_commit: z.nullish(z.object({ id: z.string() })),
  draft: z.optional(z.boolean()),
  work_in_progress: z.optional(z.boolean()),
});
const MergeRequestEvent = z.extend(Base, {
  object_attributes: z.extend(MergeRequest, { action: z.optional(z.string()) }),
  changes: z.optional(
    z.object({
      labels: z.optional(z.object({ previous: z.array(Label), current: z.array(Label) })),
      draft: z.optional(z.object({ current: z.optional(z.boolean()) })),
    }),
  ),
});
const IssueEvent = z.extend(Base, {
  object_attributes: z.object({ iid: z.int(), title: z.string(), description: Text, url: z.optional(z.string()) }),
  changes: z.optional(z.object({ labels: z.optional(z.object({ previous: z.array(Label), current: z.array(Label) })) })),
});
const NoteEvent = z.extend(Base, {
  object_attributes: z.object({
    note: z.string(),
    url: z.string(),
    noteable_type: z.string(),
    system: z.optional(z.nullable(z.boolean())),
    action: z.optional(z.string()),
  }),
  merge_request: z.optional(MergeRequest),
  issue: z.optional(z.object({ iid: z.int(), title: z.string(), description: Text })),
});
const PipelineEvent = z.extend(Base, {
  object_attributes: z.object({
    id: z.int(),
    ref: z.string(),
    sha: z.string(),
    status: z.string(),
    tag: z.optional(z.boolean()),
    name: Text,
    url: z.optional(z.string()),
  }),
  merge_request: z.nullish(
    z.object({
      iid: z.int(),
      title: z.string(),
      url: z.optional(z.string()),
      source_branch: z.string(),
      source_project_id: z.nullish(z.number()),
      target_project_id: z.nullish(z.number()),
    }),
  ),
});

const ignored = (why: string): ReadDelivery => ({ ok: false, why });

/** What one of GitLab's events says. `event` is `X-Gitlab-Event`; total: whatever is no event of ours is said to be ignored. */
export function readGitLabEvent(event: string, body: unknown): ReadDelivery {
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined;
  if (!read) return ignored(`Events of the kind ${event} start nothing.`);
  const attributes = isRecord(body) && isRecord(body.object_attributes) ? body.object_attributes : {};
  const action = typeof attributes.action === 'string' ? attributes.action : '';
  return read(body, action) ?? ignored('The event lacks what we read of it.');
}

/** Each answers undefined where its schema fails. */
const readers: Record<string, (body: unknown, action: string) => ReadDelivery | undefined> = {
  'Merge Request Hook'(body, action) {
    if (!['open', 'update'].includes(action)) return ignored(`Of a merge request: ${action || 'no action'}.`);
    const { data } = MergeRequestEvent.safeParse(body);
    if (!data) return undefined;
    const { object_attributes: merge, changes } = data;
    const isDraft = merge.draft ?? merge.work_in_progress ?? false;
    if (action === 'open' && isDraft) return ignored('The merge request is a draft.');
    const isReady = action === 'open' || changes?.draft?.current === false;
    if (isReady) return found(data, { ...ofMerge(data, merge), kind: 'opened' });
    const label = added(changes?.labels);
    if (label === undefined) return ignored('A merge request was updated, and no label was added.');
    return found(data, { ...ofMerge(data, merge), kind: 'label', label }, true);
  },
  'Issue Hook'(body, action) {
    if (action !== 'update') return ignored(`Of an issue: ${action || 'no action'}.`);
    const { data } = IssueEvent.safeParse(body);
    if (!data) return undefined;
    const label = added(data.changes?.labels);
    if (label === undefined) return ignored('An issue was updated, and no label was added.');
    const { iid, title, description, url } = data.object_attributes;
    return found(data, { kind: 'label', label, subject: subject('issue', iid, title, description, url) }, true);
  },
  'Note Hook'(body) {
    const { data } = NoteEvent.safeParse(body);
    if (!data) return undefined;
    const { object_attributes: note, merge_request: merge, issue } = data;
    if (note.system) return ignored('GitLab itself wrote the comment.');
    if (note.action !== undefined && note.action !== 'create') return ignored(`Of a comment: ${note.action}.`);
    const url = note.url.replace(/#note_.*$/, '');
    const said = { kind: 'comment', comment: { text: note.note, url: note.url } } as const;
    if (merge) return found(data, { ...ofMerge(data, { ...merge, url: merge.url ?? url }), ...said });
    if (issue) return found(data, { ...said, subject: subject('issue', issue.iid, issue.title, issue.description, url) });
    return ignored(`Comments on a ${note.noteable_type.toLowerCase()} start nothing.`);
  },
  'Pipeline Hook'(body) {
    const { data } = PipelineEvent.safeParse(body);
    if (!data) return undefined;
    const { object_attributes: pipeline, merge_request: merge } = data;
    if (pipeline.status !== 'failed') return ignored('The pipeline did not fail.');
    if (pipeline.tag) return ignored('A pipeline of a tag starts nothing: there is no branch to mend.');
    const isFork = merge ? merge.source_project_id !== merge.target_project_id : false;
    const url = pipeline.url ?? '';
    return found(
      data,
      {
        kind: 'failed',
        failure: { name: pipeline.name ?? `pipeline ${pipeline.id}`, url },
        subject: merge ? subject('merge request', merge.iid, merge.title, '', merge.url) : null,
        branch: merge?.source_branch ?? pipeline.ref,
        sha: pipeline.sha,
        isFork,
      },
      // Only those who may write can push to a branch of the project itself.
      !isFork,
    );
  },
};

type Part = Partial<Occurrence> & Pick<Occurrence, 'kind'>;

function found({ project, project_id, user }: z.infer<typeof Base>, part: Part, mayWrite = false): ReadDelivery {
  const isPrivate = project.visibility_level === 0;
  return {
    ok: true,
    occurrence: {
      service: 'gitlab',
      repository: project.path_with_namespace,
      repositoryId: project.id ?? project_id ?? 0,
      cloneUrl: project.git_http_url,
      isPrivate,
      subject: null,
      branch: null,
      sha: null,
      isFork: false,
      comment: null,
      label: null,
      failure: null,
      // GitLab does not say who is a member; whoever sees a private project is one.
      by: { name: user.username, isBot: isBotName(user.username), isMember: mayWrite || isPrivate },
      ...part,
    },
  };
}

/** Access tokens of projects and groups act under such names (https://docs.gitlab.com/user/project/settings/project_access_tokens/). */
const isBotName = (name: string): boolean => /^(project|group)_\d+_bot(_|$)/.test(name);

const ofMerge = ({ project, project_id }: z.infer<typeof Base>, merge: z.infer<typeof MergeRequest>) => ({
  subject: subject('merge request', merge.iid, merge.title, merge.description, merge.url),
  branch: merge.source_branch,
  sha: merge.last_commit?.id ?? null,
  isFork: (merge.source_project_id ?? null) !== (merge.target_project_id ?? project.id ?? project_id ?? null),
});

const subject = (
  kind: Subject['kind'],
  number: number,
  title: string,
  text: string | null | undefined,
  url: string | undefined,
): Subject => ({ kind, number, title, text: text ?? '', url: url ?? '' });

/** The first label that was not there before. */
function added(labels: { previous: { title: string }[]; current: { title: string }[] } | undefined): string | undefined {
  const before = new Set(labels?.previous.map(({ title }) => title));
  return labels?.current.find(({ title }) => !before.has(title))?.title;
}
