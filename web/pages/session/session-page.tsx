import '../../components/timeline/timeline.css';
import { computed } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { NewBranch } from '../../../wire/branch.ts';
import type { BudgetDetail } from '../../../wire/budget.ts';
import { ApiError } from '../../api.ts';
import { secondNow, slowNow } from '../../clock.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Page } from '../../components/shell/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import { useFindHighlight } from '../../components/timeline/find-highlight.ts';
import { Timeline } from '../../components/timeline/timeline.tsx';
import { TimelineClock } from '../../components/timeline/timeline-clock.ts';
import { Deciding } from '../../components/timeline/tool-row.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { sessionAt } from '../../models/replay/replay-figures.ts';
import { mayDeleteSessions, mayEditSessions, mayManageBudgets } from '../../models/rights.ts';
import { withChildren } from '../../models/session/session-family.ts';
import { patternOf } from '../../models/session/session-find.ts';
import { useOrganization } from '../../organization-scope.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { BranchDialog } from './branches/branch-dialog.tsx';
import { BranchNotice } from './branches/branch-notice.tsx';
import { MergeDialog } from './branches/merge-dialog.tsx';
import { SessionTree } from './branches/session-tree.tsx';
import { useTree } from './branches/use-tree.ts';
import { BudgetDialog } from './control/budget-dialog.tsx';
import { BudgetMeterLine } from './control/budget-meter-line.tsx';
import { CollisionNotice } from './control/collision-notice.tsx';
import { HoldNotice } from './control/hold-notice.tsx';
import { MessageBox } from './control/message-box.tsx';
import { RequestNotice } from './control/request-notice.tsx';
import { readCard, WaitingCards } from './control/waiting-cards.tsx';
import { detailWide } from './detail/detail.tsx';
import { DetailColumn } from './detail/detail-column.tsx';
import { FilterBar } from './navigate/filter-bar.tsx';
import { FindBar } from './navigate/find-bar.tsx';
import { FollowPill } from './navigate/follow-pill.tsx';
import { Outline } from './navigate/outline.tsx';
import { ReplayBar } from './replay/replay-bar.tsx';
import { useReplay } from './replay/use-replay.ts';
import { SessionControls } from './session-controls.tsx';
import { SessionFacts, SessionHeading } from './session-header.tsx';
import { SessionMenu } from './session-menu.tsx';
import { OutlineSkeleton, TimelineSkeleton } from './session-skeleton.tsx';
import { NoRows, NoSession, Opening } from './session-states.tsx';
import { useCounting } from './use-counting.ts';
import { useReading } from './use-reading.ts';
import { useSession } from './use-session.ts';
import './session.css';

/** One session, live. */
export function SessionPage({ id = '' }: { id?: string }) {
  return <SessionScreen key={id} id={id} />;
}

function SessionScreen({ id }: { id: string }) {
  const { me, organization, projects } = useOrganization();
  const { route } = useLocation();
  const { session, replay, view } = useSession(id);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [renaming, setRenaming] = useState(false);
  const [outlineOpen, setOutlineOpen] = useState(false);
  const [budgeting, setBudgeting] = useState(false);
  const [merging, setMerging] = useState(false);
  const [branching, setBranching] = useState<number | 'last' | null>(null);
  const reading = useReading(session, view, scroller);
  const replaying = useReplay(session, replay, view);
  useShortcuts('Session replay', [{ keys: 'r', label: 'Replay', run: () => replay.at.peek() === null && replaying.enter() }]);
  const clock = useMemo(() => computed(() => replay.moment.value?.clockMs ?? secondNow.value), [replay]);
  useEffect(() => {
    if (projects.items.peek() === null) projects.load();
  }, []);
  const query = view.query.value;
  const pattern = useMemo(() => patternOf(query), [query]);
  useFindHighlight(() => body.current, pattern, view.found.value.rows[view.current.value] ?? null);

  const summary = session.summary.value;
  const failure = session.failure.value;
  const listHref = `/${organization.id}/sessions`;
  const hrefOf = (sessionId: string) => `${listHref}/${sessionId}`;
  const compareHref = `/${organization.id}/compare?a=${id}`;
  const projectName = projects.items.value?.find((project) => project.id === summary?.projectId)?.name ?? '';
  const connection = session.connection;
  const { budgets, family, limitParent } = useCounting(id, summary, session.connection.value.type);
  const parent = family.shared.value;
  const children = family.children.value;
  const tree = useTree(id, children.length > 0 || (summary !== null && summary.parentId !== null));
  const budgetsHref = `/${organization.id}/budgets`;
  const subjectOf = ({ scope, scopeId }: BudgetDetail): string => {
    if (scope === 'project') return projectName || 'This project';
    if (scope === 'user') return scopeId === me.user.id ? me.user.name : 'Whoever started it';
    return organization.name;
  };

  const isReplay = replay.at.value !== null;
  const moment = replay.moment.value;
  const { pending } = replaying;
  const shown = summary && moment ? sessionAt(summary, moment) : summary;

  const deleted = session.connection.value.type === 'deleted';
  if (deleted || (failure && !summary)) {
    const missing = deleted || (failure instanceof ApiError && failure.code === 'not_found');
    return (
      <Page title="Session">
        {missing ? (
          <NoSession listHref={listHref} />
        ) : (
          <ErrorState title="This session did not load" detail={failure?.message ?? ''} onRetry={() => session.open(null)} />
        )}
      </Page>
    );
  }

  const remove = async () => {
    await session.remove();
    session.stop();
    showToast('Session moved to the trash.');
    route(listHref, true);
  };
  const branch = async (wish: NewBranch) => {
    const made = await session.branch(wish);
    route(hrefOf(made.id));
  };
  const merge = async (message: boolean) => {
    await session.merge(message);
    showToast(
      message ? 'Its outcome is attached, and its parent’s agent reads it next.' : 'Its outcome is attached to its parent.',
    );
  };
  const wide = detailWide.value && view.selected.value !== null;
  const mayEdit = mayEditSessions(organization.role);
  const deciding = {
    read: readCard,
    deny: (approvalId: string) => void session.decide(approvalId, { decision: 'deny', scope: 'once' }).catch(showFailure),
  };
  return (
    <Page
      fixed
      title={summary?.title || 'Session'}
      connection={connection}
      heading={
        <SessionHeading
          session={shown}
          viewers={session.viewers.value}
          replaying={isReplay}
          pending={pending}
          editing={renaming}
          onEdit={mayEdit ? setRenaming : undefined}
          onRename={(title) => session.edit({ title })}
        />
      }
      actions={
        summary && (
          <>
            {mayEdit && !isReplay && (
              <SessionControls
                session={summary}
                budgets={budgets.budgets.value ?? []}
                onControl={session.control}
                onRaise={() => setBudgeting(true)}
              />
            )}
            <SessionMenu
              session={summary}
              link={location.origin + location.pathname}
              onSnapshots={() => route(`${hrefOf(id)}/snapshots`)}
              onCompare={() => route(compareHref)}
              onRename={mayEdit ? () => setRenaming(true) : undefined}
              onBranch={mayEdit ? () => setBranching('last') : undefined}
              onMerge={mayEdit ? () => setMerging(true) : undefined}
              onBudget={mayEdit ? () => setBudgeting(true) : undefined}
              onTags={mayEdit ? (tags) => session.edit({ tags }) : undefined}
              onDelete={mayDeleteSessions(organization.role) ? remove : undefined}
            />
          </>
        )
      }
    >
      {!session.opened.value || !summary ? (
        <Opening failure={failure} onRetry={() => session.open(null)} />
      ) : (
        <div class={`session-body ${reading.reading ? 'reading' : ''} ${wide ? 'wide' : ''}`} ref={body}>
          <div class="outline-column">{pending ? <OutlineSkeleton /> : <Outline session={session} view={view} />}</div>
          <div class="timeline-column">
            {!pending && <SessionFacts session={shown ?? summary} projectName={projectName} />}
            <SessionTree id={id} tree={tree} hrefOf={hrefOf} compareHref={compareHref} />
            {!isReplay && <BranchNotice session={summary} />}
            {!isReplay && <RequestNotice session={summary} />}
            {!pending && (
              <BudgetMeterLine
                session={moment && shown ? shown : withChildren(summary, children)}
                parent={isReplay ? null : parent}
                rows={view.shown.value.timeline.rows}
                budgets={isReplay ? [] : (budgets.budgets.value ?? [])}
                nowMs={moment?.clockMs ?? slowNow.value}
                subjectOf={subjectOf}
                budgetsHref={budgetsHref}
                hrefOf={hrefOf}
                onOwn={mayEdit && !isReplay ? () => setBudgeting(true) : undefined}
              />
            )}
            <FilterBar
              filter={view.filter.value}
              tools={view.shown.value.timeline.tools}
              onFilter={reading.setFilter}
              onFind={reading.openFind}
              onReplay={isReplay ? undefined : replaying.enter}
              onOutline={() => setOutlineOpen(true)}
            >
              {reading.finding && (
                <FindBar session={session} view={view} onClose={reading.closeFind} onLeave={reading.leaveFind} />
              )}
            </FilterBar>
            {!isReplay && <CollisionNotice session={summary} hrefOf={hrefOf} />}
            {/* Whoever was writing goes on writing after a replay. */}
            <div class="while-live" hidden={isReplay}>
              <WaitingCards session={session} summary={summary} projectName={projectName} mayDecide={mayEdit} />
            </div>
            {!isReplay && (
              <HoldNotice
                session={withChildren(summary, children)}
                parent={parent}
                budgets={budgets.budgets.value ?? []}
                onLimit={mayEdit ? session.limit : undefined}
                onParentLimit={mayEdit ? limitParent : undefined}
                onBudget={mayManageBudgets(organization.role) ? budgets.change : undefined}
                onResume={() => session.control('resume')}
                budgetsHref={budgetsHref}
                hrefOf={hrefOf}
              />
            )}
            {pending && <TimelineSkeleton />}
            {!pending && view.shown.value.visible.length === 0 && (
              <NoRows filtering={reading.filtering} onClear={reading.clearFilter} />
            )}
            {!pending && view.shown.value.visible.length > 0 && (
              <Deciding.Provider value={mayEdit && !isReplay ? deciding : null}>
                <TimelineClock.Provider value={clock}>
                  <Timeline session={session} view={view} scroller={scroller} onOpen={reading.open} />
                </TimelineClock.Provider>
              </Deciding.Provider>
            )}
            <FollowPill view={view} ended={summary.endedAt !== null} />
            <div class="while-live" hidden={isReplay}>
              {mayEdit && <MessageBox session={summary} hidden={isReplay} onSend={session.write} />}
            </div>
            {isReplay && <ReplayBar session={session} replay={replay} replaying={replaying} follow={view.follow} />}
          </div>
          {pending ? (
            <div class="detail-column" />
          ) : (
            <DetailColumn
              session={session}
              view={view}
              summary={shown ?? summary}
              projectName={projectName}
              replaying={isReplay}
              reading={reading}
              onBranch={mayEdit ? setBranching : undefined}
            />
          )}
          <MergeDialog
            open={merging}
            session={summary}
            parent={family.parent.value}
            onClose={() => setMerging(false)}
            onMerge={merge}
          />
          <BranchDialog from={branching} session={summary} onClose={() => setBranching(null)} onBranch={branch} />
          <BudgetDialog open={budgeting} session={summary} onClose={() => setBudgeting(false)} onSave={session.limit} />
          <Dialog open={outlineOpen} title="Outline" onClose={() => setOutlineOpen(false)}>
            <Outline session={session} view={view} onChoose={() => setOutlineOpen(false)} />
          </Dialog>
        </div>
      )}
    </Page>
  );
}
