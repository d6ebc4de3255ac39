import { randomUUID } from 'node:crypto';
import type { Step, Story } from '../step.ts';

const sessionId = `docs-${randomUUID()}`;
const pages = ['start', 'install', 'webhooks', 'refunds', 'limits', 'errors', 'changelog', 'sdk/node', 'sdk/go'];

/** Any agent may post batches of its own events, numbered in a stream. */
let n = 0;
const batch = (waitMs: number, events: Record<string, unknown>[]): Step => {
  const numbered = events.map((event) => ({ ...event, n: ++n }));
  return { waitMs, path: '/hooks/events', body: () => ({ agent: 'link-checker', sessionId, stream: 'main', events: numbered }) };
};

const check = (page: string) => {
  const call = { tool: 'check_page', toolUseId: `page-${page}`, input: { url: `https://docs.harbor.example/${page}` } };
  const broken = page === 'refunds';
  return [
    { type: 'tool.started', ...call },
    broken
      ? {
          type: 'tool.failed',
          ...call,
          ok: false,
          output: '404 https://docs.harbor.example/api/v1/refunds#partial',
          durationMs: 812,
        }
      : { type: 'tool.finished', ...call, ok: true, output: '0 broken links', durationMs: 190 + page.length * 31 },
  ];
};

const facts = { cwd: '/srv/docs', repository: 'github.com/harbor/docs', gitBranch: 'main' };
const steps = [
  batch(0, [
    { type: 'session.started', ...facts },
    { type: 'prompt', text: 'Nightly: check every link in the documentation.' },
  ]),
  ...pages.map((page) => batch(1500, check(page))),
  batch(800, [
    { type: 'message', text: 'Nine pages, one broken link: `refunds` still points to the v1 reference.' },
    { type: 'session.ended', reason: 'done' },
  ]),
];

/** Completes, with one failed call. */
export const linkCheck: Story = { title: 'Nightly link check', project: 'platform', startsAfterMs: 5000, steps };
