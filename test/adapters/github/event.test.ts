import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGitHubEvent } from '../../../worker/adapters/github/event.ts';
import { isFromGitHub } from '../../../worker/adapters/github/signature.ts';
import { signedByGitHub } from '../webhook-signatures.ts';
import { githubExample, githubExamples } from './examples.ts';

const handled = ['issue_comment', 'issues', 'pull_request', 'pull_request_review', 'pull_request_review_comment', 'workflow_run'];

const occurrenceIn = (event: string, body: unknown) => {
  const read = readGitHubEvent(event, body);
  return read.ok ? read.occurrence : read.why;
};

describe('GitHub’s own example payloads', () => {
  it('are read as documented, every one of them', () => {
    const read = githubExamples.flatMap(({ name, examples }) =>
      examples.map((example) => ({ name, action: example.action, result: readGitHubEvent(name, example) })),
    );
    const started = read.flatMap(({ name, action, result }) =>
      result.ok ? [`${name} ${action}: ${result.occurrence.kind}`] : [],
    );
    expect([...new Set(started)].toSorted()).toEqual([
      'issue_comment created: comment',
      'issues labeled: label',
      'pull_request labeled: label',
      'pull_request opened: opened',
      'pull_request ready_for_review: opened',
      'pull_request_review submitted: comment',
      'pull_request_review_comment created: comment',
    ]);
    expect(read.filter(({ result }) => !result.ok && result.why.includes('lacks'))).toEqual([]);
  });

  it('are let in as GitHub signs them', () => {
    const refused = githubExamples.flatMap(({ examples }) =>
      examples.filter((example) => {
        const body = new TextEncoder().encode(JSON.stringify(example));
        return !isFromGitHub('a secret of some length', new Headers(signedByGitHub('a secret of some length', body)), body);
      }),
    );
    expect(refused).toEqual([]);
  });

  it('are of more than thirty kinds of event that start nothing', () => {
    const others = githubExamples.filter(({ name }) => !handled.includes(name));
    const outcomes = others.flatMap(({ name, examples }) => examples.map((example) => occurrenceIn(name, example)));
    expect(others.length).toBeGreaterThan(30);
    expect(outcomes.filter((outcome) => typeof outcome !== 'string')).toEqual([]);
  });
});

describe('a pull request that was opened', () => {
  it('tells what to check out and who opened it', () => {
    expect(occurrenceIn('pull_request', githubExample('pull_request', 'opened'))).toEqual({
      kind: 'opened',
      service: 'github',
      repository: 'Codertocat/Hello-World',
      repositoryId: 186853002,
      cloneUrl: 'https://github.com/Codertocat/Hello-World.git',
      isPrivate: false,
      subject: {
        kind: 'pull request',
        number: 2,
        title: 'Update the README with new information.',
        text: 'This is a pretty simple change that we need to pull into master.',
        url: 'https://github.com/Codertocat/Hello-World/pull/2',
      },
      branch: 'changes',
      sha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      isFork: false,
      by: { name: 'Codertocat', isBot: false, isMember: true },
      comment: null,
      label: null,
      failure: null,
    });
  });

  const opened = githubExample('pull_request', 'opened');
  const pull = opened.pull_request as Record<string, unknown>; // GitHub's example has one.

  it('of somebody who may not write is told as such', () => {
    for (const association of ['CONTRIBUTOR', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'NONE', 'MANNEQUIN', 'OWNERS', 'owner'])
      expect(
        occurrenceIn('pull_request', { ...opened, pull_request: { ...pull, author_association: association } }),
      ).toMatchObject({
        by: { isMember: false },
      });
  });

  it('from another copy of the repository is told as such, also where the copy is gone', () => {
    const from = (repo: unknown) => ({ ...opened, pull_request: { ...pull, head: { ref: 'x', sha: 'y', repo } } });
    expect(occurrenceIn('pull_request', from({ full_name: 'Mallory/Hello-World' }))).toMatchObject({ isFork: true });
    expect(occurrenceIn('pull_request', from(null))).toMatchObject({ isFork: true });
  });

  it('as a draft starts nothing', () => {
    expect(occurrenceIn('pull_request', { ...opened, pull_request: { ...pull, draft: true } })).toBe(
      'The pull request is a draft.',
    );
  });
});

describe('a workflow run', () => {
  const completed = githubExample('workflow_run', 'completed');
  const run = completed.workflow_run as Record<string, unknown>; // GitHub's example has one.
  const own = { head_repository: completed.repository };
  const ended = (conclusion: string, more: Record<string, unknown> = {}) =>
    occurrenceIn('workflow_run', { ...completed, workflow_run: { ...run, ...own, conclusion, ...more } });

  it('that failed tells which, on which branch and for which pull request', () => {
    expect(ended('failure', { pull_requests: [{ number: 7 }] })).toMatchObject({
      kind: 'failed',
      failure: { name: 'Manually triggered workflow', url: 'https://github.com/octo-org/octo-repo/actions/runs/1589141559' },
      subject: { number: 7, url: 'https://github.com/octo-org/octo-repo/pull/7' },
      branch: 'main',
      isFork: false,
      by: { isMember: true },
    });
  });

  it('that failed in somebody else’s copy is not trusted', () => {
    const foreign = { head_repository: { full_name: 'mallory/octo-repo' } };
    expect(ended('failure', foreign)).toMatchObject({ isFork: true, by: { isMember: false } });
  });

  it('that ended in any other way starts nothing', () => {
    for (const conclusion of ['success', 'cancelled', 'skipped', 'neutral', 'action_required', 'stale'])
      expect(ended(conclusion)).toBe('The workflow run did not fail.');
  });
});

describe('anything else', () => {
  it('is ignored with a reason, and never an error', () => {
    const events = fc.oneof(fc.constantFrom(...handled), fc.constantFrom('toString', '__proto__', 'constructor'), fc.string());
    const actions = fc.constantFrom('opened', 'labeled', 'created', 'submitted', 'completed', undefined);
    fc.assert(
      fc.property(events, actions, fc.jsonValue(), (event, action, body) => {
        const read = readGitHubEvent(event, typeof body === 'object' && !Array.isArray(body) ? { ...body, action } : body);
        return !read.ok && read.why !== '';
      }),
    );
  });

  it('of an example with any field of another type is read or ignored', () => {
    for (const { name, examples } of githubExamples.filter((event) => handled.includes(event.name))) {
      for (const example of examples)
        for (const field of Object.keys(example))
          for (const value of [null, 7, 'text', [], {}])
            expect(readGitHubEvent(name, { ...example, [field]: value })).toBeDefined();
    }
  });
});
