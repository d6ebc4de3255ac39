import * as z from 'zod/mini';
import type { Occurrence, ReadDelivery, Subject } from '../../domain/work/occurrence.ts';
import { isRecord } from '../agents/reading.ts';

// Of GitHub's payloads only what we read; all else may be missing or new.
const Person = z.object({ login: z.string(), type: z.optional(z.string()) });
const Repository = z.object({ id: z.number(), full_name: z.string(), clone_url: z.string(), private: z.boolean() });
const Base = z.object({ action: z.optional(z.string()), repository: Repository, sender: Person });
const Text = z.nullish(z.string());
const PullRequest = z.object({
  number: z.int(),
  title: z.string(),
  body: Text,
  html_url: z.string(),
  draft: z.optional(z.boolean()),
  author_association: z.optional(z.string()),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.nullish(z.object({ full_name: z.string() })) }),
});
const Issue = z.object({
  number: z.int(),
  title: z.string(),
  body: Text,
  html_url: z.string(),
  pull_request: z.optional(z.unknown()),
});
const Remark = z.object({ body: Text, html_url: z.string(), author_association: z.optional(z.string()) });

const PullRequestEvent = z.extend(Base, { pull_request: PullRequest, label: z.optional(z.object({ name: z.string() })) });
const IssueEvent = z.extend(Base, { issue: Issue, label: z.optional(z.object({ name: z.string() })) });
const IssueCommentEvent = z.extend(Base, { issue: Issue, comment: Remark });
const ReviewCommentEvent = z.extend(Base, { pull_request: PullRequest, comment: Remark });
const ReviewEvent = z.extend(Base, { pull_request: PullRequest, review: Remark });
const WorkflowRunEvent = z.extend(Base, {
  workflow_run: z.object({
    name: Text,
    display_title: Text,
    html_url: z.string(),
    conclusion: Text,
    head_branch: Text,
    head_sha: z.string(),
    head_repository: z.nullish(z.object({ full_name: z.string() })),
    pull_requests: z.array(z.object({ number: z.int() })),
  }),
});

/** Who may write to the repository (https://docs.github.com/en/graphql/reference/enums#commentauthorassociation). */
const members = ['OWNER', 'MEMBER', 'COLLABORATOR'];
const failures = ['failure', 'timed_out', 'startup_failure'];

const ignored = (why: string): ReadDelivery => ({ ok: false, why });

/** What one of GitHub's events says. `event` is `X-GitHub-Event`; total: whatever is no event of ours is said to be ignored. */
export function readGitHubEvent(event: string, body: unknown): ReadDelivery {
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined;
  if (event === 'ping') return ignored('GitHub said hello.');
  if (!read) return ignored(`Events of the kind ${event} start nothing.`);
  return (
    read(body, isRecord(body) && typeof body.action === 'string' ? body.action : '') ??
    ignored('The event lacks what we read of it.')
  );
}

/** Each answers undefined where its schema fails. */
const readers: Record<string, (body: unknown, action: string) => ReadDelivery | undefined> = {
  pull_request(body, action) {
    if (!['opened', 'ready_for_review', 'labeled'].includes(action)) return ignored(`A pull request was ${action || 'changed'}.`);
    const { data } = PullRequestEvent.safeParse(body);
    if (!data) return undefined;
    const { pull_request: pull, label } = data;
    if (action !== 'labeled') {
      if (pull.draft) return ignored('The pull request is a draft.');
      return found(data, { ...ofPull(data, pull), kind: 'opened' }, pull.author_association);
    }
    return label && found(data, { ...ofPull(data, pull), kind: 'label', label: label.name }, 'MEMBER');
  },
  issues(body, action) {
    if (action !== 'labeled') return ignored(`An issue was ${action || 'changed'}.`);
    const { data } = IssueEvent.safeParse(body);
    // Whoever sets a label may at least triage.
    return data?.label && found(data, { kind: 'label', label: data.label.name, subject: ofIssue(data.issue) }, 'MEMBER');
  },
  issue_comment(body, action) {
    if (action !== 'created') return ignored(`A comment was ${action || 'changed'}.`);
    const { data } = IssueCommentEvent.safeParse(body);
    return data && found(data, { ...remark(data.comment), subject: ofIssue(data.issue) }, data.comment.author_association);
  },
  pull_request_review_comment(body, action) {
    if (action !== 'created') return ignored(`A comment was ${action || 'changed'}.`);
    const { data } = ReviewCommentEvent.safeParse(body);
    return data && found(data, { ...ofPull(data, data.pull_request), ...remark(data.comment) }, data.comment.author_association);
  },
  pull_request_review(body, action) {
    if (action !== 'submitted') return ignored(`A review was ${action || 'changed'}.`);
    const { data } = ReviewEvent.safeParse(body);
    return data && found(data, { ...ofPull(data, data.pull_request), ...remark(data.review) }, data.review.author_association);
  },
  workflow_run(body, action) {
    if (action !== 'completed') return ignored(`A workflow run was ${action || 'changed'}.`);
    const { data } = WorkflowRunEvent.safeParse(body);
    if (!data) return undefined;
    const { workflow_run: run, repository } = data;
    if (!failures.includes(run.conclusion ?? '')) return ignored('The workflow run did not fail.');
    const isFork = run.head_repository?.full_name !== repository.full_name;
    const [pull] = run.pull_requests;
    const subject: Subject | null = pull
      ? {
          kind: 'pull request',
          number: pull.number,
          title: run.display_title ?? '',
          text: '',
          url: `${webUrl(run.html_url)}/pull/${pull.number}`,
        }
      : null;
    const failure = { name: run.name ?? 'a workflow', url: run.html_url };
    const place = { branch: run.head_branch ?? null, sha: run.head_sha, isFork };
    // Only those who may write can push to a branch of the repository itself.
    return found(data, { kind: 'failed', failure, subject, ...place }, isFork ? 'NONE' : 'MEMBER');
  },
};

type Part = Partial<Occurrence> & Pick<Occurrence, 'kind'>;

function found({ repository, sender }: z.infer<typeof Base>, part: Part, association = 'NONE'): ReadDelivery {
  return {
    ok: true,
    occurrence: {
      service: 'github',
      repository: repository.full_name,
      repositoryId: repository.id,
      cloneUrl: repository.clone_url,
      isPrivate: repository.private,
      subject: null,
      branch: null,
      sha: null,
      isFork: false,
      comment: null,
      label: null,
      failure: null,
      by: { name: sender.login, isBot: sender.type === 'Bot', isMember: members.includes(association) },
      ...part,
    },
  };
}

const ofPull = ({ repository }: z.infer<typeof Base>, pull: z.infer<typeof PullRequest>) => ({
  subject: { kind: 'pull request', number: pull.number, title: pull.title, text: pull.body ?? '', url: pull.html_url } as const,
  branch: pull.head.ref,
  sha: pull.head.sha,
  // The copy may be deleted by now; then nobody knows where the branch lay.
  isFork: pull.head.repo?.full_name !== repository.full_name,
});

const ofIssue = (issue: z.infer<typeof Issue>): Subject => ({
  kind: issue.pull_request === undefined ? 'issue' : 'pull request',
  number: issue.number,
  title: issue.title,
  text: issue.body ?? '',
  url: issue.html_url,
});

const remark = ({ body, html_url }: z.infer<typeof Remark>) =>
  ({ kind: 'comment', comment: { text: body ?? '', url: html_url } }) as const;

/** The page of a repository, of that of one of its runs. */
const webUrl = (runUrl: string): string => runUrl.replace(/\/actions\/runs\/.*$/, '');
