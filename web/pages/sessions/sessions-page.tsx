import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Button, LinkButton } from '../../components/button.tsx';
import { FilterBar } from '../../components/sessions/filter-bar.tsx';
import { SessionSkeleton } from '../../components/sessions/session-skeleton.tsx';
import { SessionTable } from '../../components/sessions/session-table.tsx';
import { TotalsStrip } from '../../components/sessions/totals-strip.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice } from '../../components/states.tsx';
import { number } from '../../format.ts';
import { SelectionModel } from '../../models/session/session-selection.ts';
import { filterFromQuery, isFiltered, type ListFilter, noFilter, queryOfFilter } from '../../models/sessions/list-filter.ts';
import { useOrganization } from '../../organization-scope.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { ConnectFlow } from '../connect/lazy-connect-flow.ts';
import { ChosenSessions } from './chosen-sessions.tsx';
import { useEndReached } from './end-reached.ts';
import { NewSession } from './new-session.tsx';
import './sessions.css';

const searchedAtMost = 1000;

/** The first screen: every session, live. */
export function SessionsPage() {
  const { organization, sessions, totals, projects, connection } = useOrganization();
  const { route, query } = useLocation();
  const search = useRef<HTMLInputElement>(null);
  const end = useRef<HTMLDivElement>(null);
  /** Made the first settings on this page, and waits. */
  const waiting = useSignal(false);
  const selection = useMemo(() => new SelectionModel(sessions.groups), [sessions]);
  const queryWords = queryOfFilter(filterFromQuery(query));

  useEffect(() => {
    sessions.setFilter(filterFromQuery(query));
  }, [queryWords]);
  useEffect(() => {
    if (sessions.known.peek() === 0) sessions.load();
    totals.load();
    if (projects.items.peek() === null) projects.load();
  }, []);
  useEndReached(end, () => {
    // Words are looked for among what is loaded: far enough back to be useful, not to the beginning of time.
    if (sessions.filter.peek().text === '' || sessions.known.peek() < searchedAtMost) sessions.loadMore();
  });
  useShortcuts('Sessions', [{ keys: '/', label: 'Filter', run: () => search.current?.focus() }]);

  const filter = sessions.filter.value;
  const state = sessions.state.value;
  const setFilter = (next: ListFilter) => route(`/${organization.id}/sessions${queryOfFilter(next)}`, true);
  const projectNameOf = (id: string) => projects.items.value?.find((project) => project.id === id)?.name ?? '';
  const nothing = sessions.groups.value.length === 0;
  const first = state === 'ready' && sessions.known.value === 0 && !isFiltered(filter);

  // Whoever waits for the first event sees it arrive in that very place, not the page change under their hands.
  if (first || waiting.value) {
    return (
      <Page
        title="Sessions"
        connection={connection}
        actions={
          !first && (
            <Button
              size="small"
              onClick={() => {
                waiting.value = false;
              }}
            >
              Show all sessions
            </Button>
          )
        }
      >
        <div class="first-steps">
          <ConnectFlow
            welcome
            onMade={() => {
              waiting.value = true;
            }}
          />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title="Sessions"
      connection={connection}
      actions={
        <span class="page-verbs">
          <NewSession />
          <span class="in-bottom-bar">
            <LinkButton size="small" icon="connect" href={`/${organization.id}/connect`}>
              Connect an agent
            </LinkButton>
          </span>
        </span>
      }
    >
      <TotalsStrip totals={totals.totals.value} filter={filter} onFilter={setFilter} />
      <FilterBar
        filter={filter}
        onFilter={setFilter}
        agents={sessions.agents.value}
        projects={projects.items.value ?? []}
        searchRef={search}
        onChoose={nothing ? undefined : selection.begin}
        onLeaveSearch={() => {
          search.current?.blur();
          document.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus();
        }}
      />
      {state === 'failed' && nothing && (
        <ErrorState title="Sessions did not load" detail={sessions.failure.value?.message ?? ''} onRetry={sessions.load} />
      )}
      {state === 'loading' && nothing && <SessionSkeleton />}
      {state === 'ready' && nothing && (
        <NoMatch filter={filter} hasMore={sessions.hasMore.value} onClear={() => setFilter(noFilter)} />
      )}
      {!nothing && (
        <>
          {sessions.pending.value > 0 && (
            <button type="button" class="new-rows" onClick={() => sessions.hold(false)}>
              {sessions.pending.value} new
            </button>
          )}
          <SessionTable
            list={sessions}
            selection={selection}
            hrefOf={(id) => `/${organization.id}/sessions/${id}`}
            projectNameOf={projectNameOf}
          />
          <ChosenSessions selection={selection} />
        </>
      )}
      <div ref={end} class="list-end">
        {sessions.failure.value && !nothing && (
          <Notice tone="bad">
            {sessions.failure.value.message}{' '}
            <Button size="small" onClick={sessions.hasMore.value ? sessions.loadMore : sessions.refresh}>
              Try again
            </Button>
          </Notice>
        )}
        {sessions.loadingMore.value && <span class="faint">Loading older sessions…</span>}
        {!nothing && state === 'ready' && !sessions.hasMore.value && <span class="faint">No older sessions.</span>}
      </div>
    </Page>
  );
}

function NoMatch({ filter, hasMore, onClear }: { filter: ListFilter; hasMore: boolean; onClear: () => void }) {
  return (
    <EmptyState icon="filter" title="No session matches">
      <p>Take a filter away, or clear them all.</p>
      {filter.text !== '' && hasMore && <p>The newest {number(searchedAtMost)} sessions were searched.</p>}
      <Button onClick={onClear}>Clear filters</Button>
    </EmptyState>
  );
}
