import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { Page } from '../../../wire/page.ts';
import type { RequestStatus, SessionRequest } from '../../../wire/work.ts';
import { itemList, withItem } from '../item-list.ts';

export const workViews = ['open', 'over'] as const;
export type WorkView = (typeof workViews)[number];

export interface WorkPorts {
  list(statuses: RequestStatus[], cursor: string | undefined): Promise<Page<SessionRequest>>;
  cancel(id: string): Promise<SessionRequest>;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
}

/**
 * When the queue is read again after an agent said that it is over: its machine says so a little later, of which no session tells. All of it is
 * longer than a machine that says nothing keeps its lease.
 */
const settleMs = [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000] as const;

const statusesOf = {
  open: ['queued', 'claimed', 'running'],
  over: ['completed', 'failed', 'cancelled'],
} as const satisfies Record<WorkView, RequestStatus[]>;

export const viewIn = (word: string | undefined): WorkView => workViews.find((view) => view === word) ?? 'open';

/** Sessions that somebody asked for: those that wait or run, or those that are over; kept true by the feed. */
export const WorkModel = createModel((view: WorkView, ports: WorkPorts) => {
  const wanted: readonly RequestStatus[] = statusesOf[view];
  const list = itemList<SessionRequest>((cursor) => ports.list([...wanted], cursor));
  /** How the feed last told of each session: it speaks at every event, and the queue changes with few of them. */
  const told = new Map<string, string>();
  /** Requests whose agents are over, and which the queue did not yet show so. */
  const ending = new Set<string>();
  const stopping = signal<ReadonlySet<string>>(new Set());
  let tries = 0;
  let cancelTry: (() => void) | null = null;

  const isShown = (request: string): boolean => list.items.peek()?.some(({ id }) => id === request) ?? false;

  const readAgain = async () => {
    cancelTry?.();
    cancelTry = null;
    await list.load();
    // Nobody has seen what the feed told of: its next word is heard again.
    if (list.failure.peek()) told.clear();
    for (const request of ending) if (isShown(request) === (view === 'over')) ending.delete(request);
    const delayMs = settleMs[tries];
    if (ending.size === 0 || delayMs === undefined || cancelTry) return;
    cancelTry = ports.schedule(() => {
      tries += 1;
      readAgain();
    }, delayMs);
  };

  return {
    list,
    isEmpty: computed(() => list.items.value?.length === 0 && list.failure.value === null),
    /** Requests that machines still have, and that were told to stop. */
    stopping: computed(() => stopping.value),
    async cancel(id: string): Promise<SessionRequest> {
      const request = await ports.cancel(id);
      if (isOpen(request)) stopping.value = withMember(stopping.peek(), id, true);
      list.update((all) =>
        wanted.includes(request.status) ? withItem(all, request) : all.filter((other) => other.id !== request.id),
      );
      return request;
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'hello' && list.items.peek()) readAgain();
      if (frame.type !== 'session' || !frame.session.request) return;
      const { id, status, endedAt, request } = frame.session;
      const now = `${status} ${request.machine ?? ''}`;
      if (told.get(id) === now) return;
      told.set(id, now);
      stopping.value = withMember(stopping.peek(), request.id, status === 'cancelled');
      if (endedAt === null) ending.delete(request.id);
      else ending.add(request.id);
      tries = 0;
      readAgain();
    },
    /** Reads nothing again by itself any more. */
    stop() {
      ending.clear();
      cancelTry?.();
    },
  };
});

function withMember(all: ReadonlySet<string>, id: string, isMember: boolean): ReadonlySet<string> {
  if (all.has(id) === isMember) return all;
  return isMember ? new Set([...all, id]) : new Set([...all].filter((other) => other !== id));
}

export const isOpen = ({ status }: Pick<SessionRequest, 'status'>): boolean =>
  (statusesOf.open as readonly RequestStatus[]).includes(status);

/** What came of cancelling: a machine that has it is told with its next report. */
export function cancelWords({ title, status }: Pick<SessionRequest, 'title' | 'status'>): string {
  if (status === 'cancelled') return `“${title}” is cancelled.`;
  return isOpen({ status }) ? `“${title}” is told to stop.` : `“${title}” was over already.`;
}

/** How a request stands, and on which machine. */
export function standingWords(
  { status, machine, stop }: Pick<SessionRequest, 'status' | 'machine' | 'stop'>,
  isStopping = false,
): string {
  const on = machine ? ` on ${machine.name}` : '';
  if (stop) return `Is being stopped by ${stop.by.name}${on}`;
  if (isStopping) return `Is being stopped${on}`;
  switch (status) {
    case 'queued':
      return 'Waits for a machine';
    case 'claimed':
      return machine ? `${machine.name} prepares its checkout` : 'Its checkout is prepared';
    case 'running':
      return `Runs${on}`;
    case 'completed':
      return `Done${on}`;
    case 'failed':
      return `Failed${on}`;
    case 'cancelled':
      return 'Cancelled';
    default:
      return status satisfies never;
  }
}

/** Where it begins: `github.com/acme/web at main`; empty where any folder of the project does. */
export const placeWords = ({ repository, ref }: Pick<SessionRequest, 'repository' | 'ref'>): string =>
  [repository, ref && `at ${ref}`].filter(Boolean).join(' ');
