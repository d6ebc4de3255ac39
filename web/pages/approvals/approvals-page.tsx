import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ListedApproval } from '../../../wire/approval.ts';
import { ApprovalCard } from '../../components/approvals/approval-card.tsx';
import { LinkButton } from '../../components/button.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { plural } from '../../format.ts';
import { ApprovalFocusModel } from '../../models/approvals/approval-focus.ts';
import { keyOf } from '../../models/approvals/approvals.ts';
import { mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { eventsOf } from '../../session-events.ts';
import { useShortcuts } from '../../shortcuts.ts';
import '../../components/timeline/timeline.css';
import './approvals.css';

/** Every call that waits for a person, the most urgent first; answered with one thumb, or with one key. */
export function ApprovalsPage() {
  const { organization, projects, connection, approvals } = useOrganization();
  const { query } = useLocation();
  const focus = useMemo(() => new ApprovalFocusModel(approvals.items), [approvals]);
  useEffect(() => {
    approvals.load();
    if (projects.items.peek() === null) projects.load();
  }, []);
  const items = approvals.items.value;
  const failure = approvals.failure.value;
  const gone = approvals.gone.value;
  const linked = items.find(({ sessionId, id }) => sessionId === query.session && id === query.approval);
  const linkedKey = linked ? keyOf(linked) : null;
  const met = useRef('');
  if (linked) met.current = linked.id;
  // A link may be followed hours after somebody else answered.
  const isLate = query.approval !== undefined && !linked && met.current !== query.approval;
  // Somebody came by a link: that card is the one until they move on.
  useEffect(() => {
    if (linked) focus.go(linked);
  }, [focus, linkedKey]);
  const current = focus.key.value;
  const drawn = approvals.state.value === 'ready' ? current : null;
  useEffect(() => focus.draw(drawn, performance.now()), [focus, drawn]);
  const press = (answer: string) =>
    document.querySelector<HTMLButtonElement>(`.approval.focused [data-answer=${answer}]`)?.click();
  const allow = (answer: string, event: KeyboardEvent) => {
    // A key that is held down would allow one call after the other.
    if (event.repeat) return;
    if (focus.wasSeen(event.timeStamp)) press(answer);
    else if (current !== null) showToast('The keys have only just come to this call. Read it, then press again.');
  };
  useShortcuts('Approvals', [
    { keys: 'a', label: 'Allow once', run: (event) => allow('once', event) },
    { keys: 's', label: 'Allow for this session', run: (event) => allow('session', event) },
    { keys: 'd', label: 'Deny, with a note', run: () => press('deny') },
    { keys: 'j', label: 'Next card', run: () => focus.move(1) },
    { keys: 'k', label: 'Previous card', run: () => focus.move(-1) },
  ]);

  const decides = mayEditSessions(organization.role);
  const projectOf = ({ projectId }: ListedApproval) => projects.items.value?.find(({ id }) => id === projectId)?.name ?? '';
  return (
    <Page title="Approvals" connection={connection}>
      {approvals.state.value === 'failed' && failure && (
        <ErrorState title="The approvals did not load" detail={failure.message} onRetry={approvals.load} />
      )}
      {approvals.state.value === 'loading' && <Loading />}
      {approvals.state.value === 'ready' && (
        <div class="approvals">
          {failure && <Notice tone="warn">This list may not be complete: {failure.message}</Notice>}
          {gone && items.every(({ id, sessionId }) => id !== gone.id || sessionId !== gone.sessionId) && (
            <p class="approvals-gone" role="status">
              “{gone.words}” waits no longer: somebody else answered, or its time was up.{' '}
              <a href={`/${organization.id}/sessions/${gone.sessionId}#e${gone.seq}`}>See what became of it</a>
            </p>
          )}
          {isLate && !failure && (
            <p class="approvals-gone" role="status">
              The call that this link leads to waits no longer: somebody answered, or its time was up.{' '}
              <a href={`/${organization.id}/sessions/${query.session}`}>See its session</a>
            </p>
          )}
          {items.map((approval) => (
            <ApprovalCard
              key={keyOf(approval)}
              approval={approval}
              projectName={projectOf(approval)}
              href={`/${organization.id}/sessions/${approval.sessionId}#e${approval.seq}`}
              events={eventsOf(approval.sessionId)}
              focused={keyOf(approval) === current}
              hasKeys
              onDecide={
                decides
                  ? async (decision) => {
                      await approvals.decide(approval, decision);
                      showToast(decision.decision === 'allow' ? 'Allowed.' : 'Denied.');
                    }
                  : undefined
              }
            />
          ))}
          {items.length === 0 && (
            <EmptyState icon="shield" title="Nothing waits for you">
              <p>
                A rule can make an agent wait before it runs a tool. Its call appears here, on every phone and screen, until
                somebody allows or denies it.
              </p>
              <LinkButton href={`/${organization.id}/rules`}>Rules</LinkButton>
            </EmptyState>
          )}
          {items.length > 1 && (
            <p class="visually-hidden" role="status">
              {plural(items.length, 'call')} waiting
            </p>
          )}
        </div>
      )}
    </Page>
  );
}

function Loading() {
  return (
    <div class="approvals" aria-busy="true">
      <div class="approval">
        <Skeleton width={220} height={18} />
        <Skeleton width={160} />
        <Skeleton height={72} />
        <Skeleton width={280} height={32} />
      </div>
    </div>
  );
}
