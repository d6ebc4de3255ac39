import type { SessionEvent } from '../../wire/event.ts';
import type { SessionSummary } from '../../wire/session.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import type { Ingest } from '../../worker/domain/ingest.ts';

const sources = ['logs', 'traces', 'metrics', 'hook'] as const;

/**
 * What a session must come to, by the plainest rules there are: sets of what was seen, and a list. It shares no code with the room.
 */
export class Oracle {
  /** The logical events that must be stored, by mark, in the order of their first arrival. */
  readonly expected: Draft[] = [];
  /** What was refused and is not lost: an eviction may take what was not shown yet. */
  refused = 0;
  private shown = 0;
  private readonly posts = new Set<string>();
  private readonly seen = new Set<string>();
  private best: number = sources.length;

  /** What the room has to answer to this POST. */
  take({ postId, stream, drafts }: Ingest): { accepted: number; duplicates: number } {
    if (postId !== undefined && this.posts.has(postId)) return { accepted: drafts.length, duplicates: 0 };
    let duplicates = 0;
    const before = this.expected.length;
    for (const draft of drafts) {
      const name = identityOf(draft, stream);
      if (name !== undefined && this.seen.has(name)) {
        duplicates += 1;
        continue;
      }
      this.store(draft, name);
    }
    // A POST that added nothing need not be remembered: repeating it adds nothing again.
    if (postId !== undefined && this.expected.length > before) this.posts.add(postId);
    return { accepted: drafts.length - duplicates, duplicates };
  }

  /** What a session shows as refused never goes down, and is never more than was. */
  sees(refusedCount: number): void {
    if (refusedCount < this.shown || refusedCount > this.refused)
      throw new Error(`shows ${refusedCount} refused of ${this.refused}, and showed ${this.shown}`);
    this.shown = refusedCount;
  }

  /** The room was evicted: what it did not show by then it has forgotten. */
  forgetsRefused(): void {
    this.refused = this.shown;
  }

  /** What was refused may be asked again under the same key, and is another attempt. */
  forget(mark: string): void {
    const draft = this.expected.findLast(({ id }) => id === mark);
    if (draft?.key !== undefined && draft.n === undefined) this.seen.delete(`key ${draft.key}`);
  }

  private store(draft: Draft, name: string | undefined): void {
    const rank = draft.usageSource === undefined ? -1 : sources.indexOf(draft.usageSource);
    // Usage that a better source already tells is not worth an event of its own.
    if (draft.type === 'usage' && rank > this.best && draft.n === undefined) return;
    if (draft.usage) this.best = Math.min(this.best, rank);
    if (name !== undefined) this.seen.add(name);
    this.expected.push(draft);
  }
}

function identityOf({ n, key }: Draft, stream: string | undefined): string | undefined {
  if (stream !== undefined && n !== undefined) return `n ${n} ${stream}`;
  return key === undefined ? undefined : `key ${key}`;
}

/** Events that the room itself adds: what closes a call that was left open, and what people do. */
export const isOwn = ({ hook }: SessionEvent): boolean => hook === 'flightdeck' || hook === 'PostToolBatch.call';

/** The usage of the best source there is: what a session is charged. */
function chargedIn(events: SessionEvent[]): SessionEvent[] {
  const source = sources.find((name) => events.some(({ usage }) => usage?.source === name));
  return events.filter(({ usage }) => source !== undefined && usage?.source === source);
}

/** What each model's calls come to. */
export function recountModels(events: SessionEvent[]): Record<string, { calls: number; costMicroUsd: number }> {
  const models = new Map<string, { calls: number; costMicroUsd: number }>();
  for (const { usage, costMicroUsd } of chargedIn(events)) {
    const before = models.get(usage?.model ?? '') ?? { calls: 0, costMicroUsd: 0 };
    models.set(usage?.model ?? '', { calls: before.calls + 1, costMicroUsd: before.costMicroUsd + (costMicroUsd ?? 0) });
  }
  return Object.fromEntries(models);
}

/** What its agent said failed: nothing of ours, and no call after its end. */
export function failuresIn(events: SessionEvent[]): number {
  const open = new Set<string>();
  const heard = new Set<string>();
  const closedByUs = new Set<string>();
  const failures = events.filter(({ type, toolUseId = '', ok, hook }) => {
    const isOurs = hook === 'flightdeck';
    const isTold = ok === false && !isOurs;
    if (type === 'tool.started') {
      if (!heard.has(toolUseId) || closedByUs.has(toolUseId)) open.add(toolUseId);
      heard.add(toolUseId);
      return isTold;
    }
    if (type !== 'tool.finished' && type !== 'tool.failed') return isTold;
    const isAwaited = open.delete(toolUseId) || !heard.has(toolUseId);
    heard.add(toolUseId);
    if (isOurs) closedByUs.add(toolUseId);
    return isTold && isAwaited;
  });
  return failures.length;
}

/** A session's totals, counted again from its whole log. */
export function recount(events: SessionEvent[]) {
  const calls = new Set<string>();
  for (const { type, toolUseId } of events) {
    if (toolUseId !== undefined && (type === 'tool.started' || type === 'tool.finished' || type === 'tool.failed'))
      calls.add(toolUseId);
  }
  const charged = chargedIn(events);
  const sum = (of: (event: SessionEvent) => number) => charged.reduce((total, event) => total + of(event), 0);
  return {
    lastSeq: events.length,
    eventCount: events.length,
    toolCallCount: calls.size,
    errorCount: failuresIn(events),
    redactionCount: events.reduce((total, { redactions }) => total + (redactions ?? 0), 0),
    tokens: {
      input: sum(({ usage }) => usage?.input ?? 0),
      output: sum(({ usage }) => usage?.output ?? 0),
      cacheRead: sum(({ usage }) => usage?.cacheRead ?? 0),
      cacheWrite: sum(({ usage }) => usage?.cacheWrite ?? 0),
    },
    costMicroUsd: sum(({ costMicroUsd }) => costMicroUsd ?? 0),
    unpricedCalls: charged.filter(({ costMicroUsd }) => typeof costMicroUsd !== 'number').length,
  } satisfies Partial<SessionSummary>;
}
