import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FeedFrame } from '../wire/frame.ts';
import type { Me, Organization, Project } from '../wire/identity.ts';
import { account } from './account.ts';
import { client, read } from './api.ts';
import { type FeedState, watchFeed } from './feed-socket.ts';
import type { LiveState } from './live-socket.ts';
import { type Alerts, AlertsModel } from './models/alerts/alerts.ts';
import { type Approvals, ApprovalsModel } from './models/approvals/approvals.ts';
import { LimitsModel } from './models/costs/limits.ts';
import { TotalsModel } from './models/costs/totals.ts';
import { type ItemList, itemList } from './models/item-list.ts';
import { SessionListModel } from './models/session/session-list.ts';
import { onWake, openSocket, renewPass, timePorts } from './socket-ports.ts';

type FeedListener = (frame: FeedFrame) => void;

/** What the pages of one organization share: its feed, and the lists that the feed keeps true. */
interface Shared {
  sessions: InstanceType<typeof SessionListModel>;
  totals: InstanceType<typeof TotalsModel>;
  projects: ItemList<Project>;
  approvals: Approvals;
  alerts: Alerts;
  limits: InstanceType<typeof LimitsModel>;
  /** The feed's state; `catching-up` while the list is read again after a gap. */
  connection: ReadonlySignal<LiveState>;
  onFeed(listener: FeedListener): () => void;
  close(): void;
}

export interface OrganizationScope extends Shared {
  me: Me;
  organization: Organization;
}

/** Opens the feed of the organization that `organizationId` names. */
export function openOrganization(): Shared {
  const feedState = signal<FeedState>({ type: 'connecting' });
  const listeners = new Set<FeedListener>();
  const totals = new TotalsModel({ ...timePorts, totals: () => read(client.api.sessions.totals.$get()) });
  const sessions = new SessionListModel({
    now: timePorts.now,
    async list(query) {
      const page = await read(client.api.sessions.$get({ query }));
      totals.know(page.items);
      return page;
    },
  });
  const approvals = new ApprovalsModel({
    list: (cursor) => read(client.api.approvals.$get({ query: { cursor } })),
    decide: (id, approvalId, json) =>
      read(client.api.sessions[':id'].approvals[':approvalId'].$post({ param: { id, approvalId }, json })),
  });
  const alerts = new AlertsModel({
    open: (cursor) => read(client.api.alerts.$get({ query: { state: 'open', cursor } })),
    acknowledge: (id) => read(client.api.alerts[':id'].acknowledge.$post({ param: { id } })),
    snooze: (id, minutes) => read(client.api.alerts[':id'].snooze.$post({ param: { id }, json: { minutes } })),
  });
  // Their badges are on every page.
  alerts.load();
  approvals.load();
  let greeted = false;

  const socket = watchFeed(
    { ...timePorts, open: () => openSocket('/api/feed'), renewPass },
    {
      onFrame(frame) {
        if (frame.type === 'hello') {
          // The first page was asked for just now; only a later connection has a gap before it.
          if (greeted) Promise.all([sessions.refresh(), totals.load(), approvals.load(), alerts.load()]);
          greeted = true;
        }
        // Listeners first: they may ask what was known before this frame.
        for (const listener of listeners) listener(frame);
        totals.apply(frame);
        approvals.apply(frame);
        alerts.apply(frame);
        sessions.apply(frame);
      },
      onState(state) {
        feedState.value = state;
        if (state.type === 'unauthorized') account.load();
      },
    },
  );
  const stopWaking = onWake(() => socket.nudge());

  return {
    sessions,
    totals,
    approvals,
    alerts,
    limits: new LimitsModel({
      read: () => read(client.api.limits.$get()),
      change: (json) => read(client.api.limits.$patch({ json })),
    }),
    projects: itemList<Project>((cursor) => read(client.api.projects.$get({ query: { cursor, limit: '100' } }))),
    connection: computed(() => connectionOf(feedState.value, sessions.refreshing.value)),
    onFeed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      stopWaking();
      socket.stop();
      totals.stop();
    },
  };
}

function connectionOf(feed: FeedState, refreshing: boolean): LiveState {
  return feed.type === 'live' && refreshing ? { type: 'catching-up', remaining: 0 } : feed;
}

export const OrganizationContext = createContext<OrganizationScope | null>(null);

/** The scope of the page's organization; only pages inside the shell may ask. */
export function useOrganization(): OrganizationScope {
  const scope = useContext(OrganizationContext);
  if (!scope) throw new Error('This page stands outside an organization.');
  return scope;
}
