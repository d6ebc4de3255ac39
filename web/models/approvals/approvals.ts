import { computed, createModel, signal } from '@preact/signals';
import type { ApprovalDecision, ApprovalList, ListedApproval } from '../../../wire/approval.ts';
import type { FeedFrame } from '../../../wire/frame.ts';
import { listedApprovals } from '../../../wire/listed-approvals.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { asError } from '../as-error.ts';

export interface ApprovalPorts {
  list(cursor: string | undefined): Promise<ApprovalList>;
  decide(sessionId: string, approvalId: string, decision: ApprovalDecision): Promise<SessionSummary>;
}

/** What the room will say when it is asked next: pages that were read before it spoke must not undo it. */
type Known = { lastSeq: number; approvals: ListedApproval[] };

/** Every call of the organization that waits for a person: read once, then kept true by the feed. */
export const ApprovalsModel = createModel((ports: ApprovalPorts) => {
  const bySession = signal<ReadonlyMap<string, Known>>(new Map());
  const state = signal<'loading' | 'ready' | 'failed'>('loading');
  const failure = signal<Error | null>(null);
  /** What was answered here, so that it is not taken for somebody else's answer. */
  const answered = new Set<string>();
  const gone = signal<ListedApproval | null>(null);
  /** What was known when the feed's connection began. */
  let beforeCut: ReadonlyMap<string, Known> = new Map();

  const learn = (session: SessionSummary) => {
    const known = bySession.peek().get(session.id);
    if (known && session.lastSeq < known.lastSeq) return;
    const next = listedApprovals(session);
    if (!known && next.length === 0) return;
    const left = known?.approvals.find(({ id }) => next.every((approval) => approval.id !== id));
    if (left && !answered.has(keyOf(left))) gone.value = left;
    bySession.value = new Map(bySession.peek()).set(session.id, { lastSeq: session.lastSeq, approvals: next });
  };

  const load = async () => {
    failure.value = null;
    try {
      const items: ListedApproval[] = [];
      let cursor: string | null | undefined;
      do {
        const page: ApprovalList = await ports.list(cursor ?? undefined);
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      const read = new Map<string, Known>();
      for (const item of items) {
        const others = read.get(item.sessionId)?.approvals ?? [];
        read.set(item.sessionId, { lastSeq: item.seq, approvals: [...others, item] });
      }
      for (const [id, known] of bySession.peek()) {
        const { lastSeq, approvals } = read.get(id) ?? { lastSeq: 0, approvals: [] };
        // What this connection told is newer than the list; what an earlier one told may have been answered since it was cut.
        const isNews = known !== beforeCut.get(id) && known.lastSeq >= lastSeq;
        read.set(id, isNews ? known : { lastSeq: Math.max(lastSeq, known.lastSeq), approvals });
      }
      bySession.value = read;
      state.value = 'ready';
    } catch (error) {
      failure.value = asError(error);
      if (state.peek() === 'loading') state.value = 'failed';
    }
  };

  const items = computed(() =>
    [...bySession.value.values()].flatMap(({ approvals }) => approvals).sort((a, b) => (a.until < b.until ? -1 : 1)),
  );

  return {
    /** The most urgent first. */
    items,
    count: computed(() => items.value.length),
    state: computed(() => state.value),
    /** Of the last reading; what is known stays. */
    failure: computed(() => failure.value),
    /** The last card that somebody else answered, or nobody did. */
    gone: computed(() => gone.value),
    load,
    async decide(approval: ListedApproval, decision: ApprovalDecision): Promise<void> {
      answered.add(keyOf(approval));
      try {
        learn(await ports.decide(approval.sessionId, approval.id, decision));
      } catch (error) {
        answered.delete(keyOf(approval));
        throw error;
      }
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'hello') beforeCut = bySession.peek();
      if (frame.type === 'session') learn(frame.session);
      if (frame.type !== 'deleted' || !bySession.peek().has(frame.sessionId)) return;
      const others = new Map(bySession.peek());
      others.delete(frame.sessionId);
      bySession.value = others;
    },
  };
});

export type Approvals = InstanceType<typeof ApprovalsModel>;

export type ApprovalKey = Pick<ListedApproval, 'sessionId' | 'id'>;

/** What tells one card from every other. */
export const keyOf = ({ sessionId, id }: ApprovalKey): string => `${sessionId}/${id}`;

const answers = { allow: 'Allowed', deny: 'Denied', terminal: 'Left to its terminal', defer: 'Put off' } as const;

/** What happens if nobody answers, and when. */
export function deadlineWords(
  { until, unanswered, deferred }: ListedApproval,
  nowMs: number,
  left: (ms: number) => string,
): string {
  if (deferred) return 'Its agent has left: your answer waits until somebody resumes it';
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return 'Its time is up';
  return `${answers[unanswered]} in ${left(leftMs)} if nobody answers`;
}
