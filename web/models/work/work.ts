import { computed, createModel } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { Page } from '../../../wire/page.ts';
import type { RequestStatus, SessionRequest } from '../../../wire/work.ts';
import { itemList, withItem } from '../item-list.ts';

export const workViews = ['open', 'over'] as const;
export type WorkView = (typeof workViews)[number];

export interface WorkPorts {
  list(statuses: RequestStatus[], cursor: string | undefined): Promise<Page<SessionRequest>>;
  cancel(id: string): Promise<SessionRequest>;
}

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
  return {
    list,
    isEmpty: computed(() => list.items.value?.length === 0),
    async cancel(id: string) {
      const request = await ports.cancel(id);
      list.update((all) =>
        wanted.includes(request.status) ? withItem(all, request) : all.filter((other) => other.id !== request.id),
      );
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'hello' && list.items.peek()) list.load();
      if (frame.type !== 'session' || !frame.session.request) return;
      const { id, status, request } = frame.session;
      const now = `${status} ${request.machine ?? ''}`;
      if (told.get(id) === now) return;
      told.set(id, now);
      list.load();
    },
  };
});

/** How a request stands, and on which machine. */
export function standingWords({ status, machine }: Pick<SessionRequest, 'status' | 'machine'>): string {
  const on = machine ? ` on ${machine.name}` : '';
  switch (status) {
    case 'queued':
      return 'waits for a machine';
    case 'claimed':
      return machine ? `${machine.name} prepares its checkout` : 'its checkout is prepared';
    case 'running':
      return `runs${on}`;
    case 'completed':
      return `done${on}`;
    case 'failed':
      return `failed${on}`;
    case 'cancelled':
      return 'cancelled';
    default:
      return status satisfies never;
  }
}

/** Where it begins: `github.com/acme/web at main`; empty where any folder of the project does. */
export const placeWords = ({ repository, ref }: Pick<SessionRequest, 'repository' | 'ref'>): string =>
  [repository, ref && `at ${ref}`].filter(Boolean).join(' ');
