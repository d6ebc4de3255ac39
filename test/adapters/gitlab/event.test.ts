import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGitLabEvent } from '../../../worker/adapters/gitlab/event.ts';
import { issueEvent, merge, mergeRequestEvent, noteEvent, otherEvents, pipelineEvent } from './bodies.ts';

const occurrenceIn = (event: string, body: unknown) => {
  const read = readGitLabEvent(event, body);
  return read.ok ? read.occurrence : read.why;
};
const labels = (before: string[], after: string[]) => ({
  labels: { previous: before.map((title) => ({ title })), current: after.map((title) => ({ title })) },
});

describe('a merge request', () => {
  it('that was opened tells what to check out and who opened it', () => {
    expect(occurrenceIn('Merge Request Hook', mergeRequestEvent('open'))).toEqual({
      kind: 'opened',
      service: 'gitlab',
      repository: 'analytical/engine',
      repositoryId: 5,
      cloneUrl: 'https://gitlab.example.com/analytical/engine.git',
      isPrivate: true,
      subject: {
        kind: 'merge request',
        number: 3,
        title: 'Count the Bernoulli numbers',
        text: 'As in note G.',
        url: 'https://gitlab.example.com/analytical/engine/-/merge_requests/3',
      },
      branch: 'bernoulli',
      sha: '562e173be03b8ff2efb05345d12df18815438a4b',
      isFork: false,
      by: { name: 'ada', isBot: false, isMember: true },
      comment: null,
      label: null,
      failure: null,
    });
  });

  it('counts as opened when it is no draft any more, and not before', () => {
    expect(occurrenceIn('Merge Request Hook', mergeRequestEvent('open', {}, { draft: true }))).toBe(
      'The merge request is a draft.',
    );
    expect(
      occurrenceIn('Merge Request Hook', mergeRequestEvent('update', { changes: { draft: { current: false } } })),
    ).toMatchObject({
      kind: 'opened',
    });
  });

  it('that got a label tells which', () => {
    const changed = mergeRequestEvent('update', { changes: labels(['old'], ['old', 'flightdeck']) });
    expect(occurrenceIn('Merge Request Hook', changed)).toMatchObject({ kind: 'label', label: 'flightdeck' });
    expect(occurrenceIn('Merge Request Hook', mergeRequestEvent('update', { changes: labels(['old'], []) }))).toMatch(/no label/);
  });

  it('from another project is told as such', () => {
    expect(occurrenceIn('Merge Request Hook', mergeRequestEvent('open', {}, { source_project_id: 6 }))).toMatchObject({
      isFork: true,
    });
  });

  it('of a public project says nothing about who may write to it', () => {
    const body = mergeRequestEvent('open');
    const isPublic = { ...body, project: { ...body.project, visibility_level: 20 } };
    expect(occurrenceIn('Merge Request Hook', isPublic)).toMatchObject({ by: { isMember: false } });
  });
});

describe('a comment', () => {
  it('on a merge request or an issue tells what it says and about what', () => {
    expect(occurrenceIn('Note Hook', noteEvent('@flightdeck fix it'))).toMatchObject({
      kind: 'comment',
      comment: { text: '@flightdeck fix it' },
      subject: { kind: 'merge request', number: 3 },
      branch: 'bernoulli',
    });
    const issue = { issue: { iid: 23, title: 'Wrong sign', description: null } };
    expect(occurrenceIn('Note Hook', noteEvent('@flightdeck fix it', issue))).toMatchObject({
      subject: { kind: 'issue', number: 23, text: '' },
    });
  });

  it('that GitLab wrote, that was changed, or that is about something else starts nothing', () => {
    expect(occurrenceIn('Note Hook', noteEvent('added 1 commit', { merge_request: merge }, { system: true }))).toMatch(
      /GitLab itself/,
    );
    expect(occurrenceIn('Note Hook', noteEvent('x', { merge_request: merge }, { action: 'update' }))).toBe(
      'Of a comment: update.',
    );
    expect(occurrenceIn('Note Hook', noteEvent('x', { snippet: { id: 1 } }, { noteable_type: 'Snippet' }))).toMatch(/snippet/);
  });

  it('of an access token is told as a bot’s', () => {
    const body = noteEvent('@flightdeck fix it');
    const bot = { ...body, user: { ...body.user, username: 'project_5_bot_1a2b' } };
    expect(occurrenceIn('Note Hook', bot)).toMatchObject({ by: { isBot: true } });
  });
});

describe('a pipeline', () => {
  it('that failed tells which, on which branch, and for which merge request', () => {
    expect(occurrenceIn('Pipeline Hook', pipelineEvent('failed'))).toMatchObject({
      kind: 'failed',
      failure: { name: 'pipeline 31', url: 'https://gitlab.example.com/analytical/engine/-/pipelines/31' },
      subject: null,
      branch: 'bernoulli',
      by: { isMember: true },
    });
    expect(occurrenceIn('Pipeline Hook', pipelineEvent('failed', merge))).toMatchObject({
      subject: { number: 3 },
      isFork: false,
    });
    const fork = { ...merge, source_project_id: 6 };
    expect(occurrenceIn('Pipeline Hook', pipelineEvent('failed', fork))).toMatchObject({ isFork: true });
  });

  it('that did not fail, or is of a tag, starts nothing', () => {
    for (const status of ['success', 'running', 'pending', 'canceled', 'skipped', 'created'])
      expect(occurrenceIn('Pipeline Hook', pipelineEvent(status))).toBe('The pipeline did not fail.');
    expect(occurrenceIn('Pipeline Hook', pipelineEvent('failed', null, { tag: true }))).toMatch(/tag/);
  });
});

describe('an issue', () => {
  it('that got a label tells which; any other change of one starts nothing', () => {
    expect(occurrenceIn('Issue Hook', issueEvent('update', labels([], ['flightdeck'])))).toMatchObject({
      kind: 'label',
      subject: { number: 23 },
    });
    expect(occurrenceIn('Issue Hook', issueEvent('update', {}))).toMatch(/no label/);
    expect(occurrenceIn('Issue Hook', issueEvent('open', {}))).toBe('Of an issue: open.');
  });
});

describe('anything else', () => {
  it('is ignored with a reason, and never an error', () => {
    for (const event of otherEvents)
      expect(occurrenceIn(event, mergeRequestEvent('open'))).toBe(`Events of the kind ${event} start nothing.`);
    const events = fc.oneof(
      fc.constantFrom('Merge Request Hook', 'Note Hook', 'Pipeline Hook', 'Issue Hook', 'toString', '__proto__'),
      fc.string(),
    );
    const attributes = fc.oneof(fc.jsonValue(), fc.record({ action: fc.constantFrom('open', 'update') }));
    fc.assert(
      fc.property(events, fc.jsonValue(), attributes, (event, body, object_attributes) => {
        const read = readGitLabEvent(
          event,
          typeof body === 'object' && !Array.isArray(body) ? { ...body, object_attributes } : body,
        );
        return !read.ok && read.why !== '';
      }),
    );
  });

  it('of a known event with any field of another type is read or ignored', () => {
    const known = {
      'Merge Request Hook': mergeRequestEvent('open'),
      'Note Hook': noteEvent('x'),
      'Pipeline Hook': pipelineEvent('failed', merge),
    };
    for (const [event, body] of Object.entries(known))
      for (const field of Object.keys(body))
        for (const value of [null, 7, 'text', [], {}]) expect(readGitLabEvent(event, { ...body, [field]: value })).toBeDefined();
  });
});
