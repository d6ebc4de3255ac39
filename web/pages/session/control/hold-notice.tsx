import type { BudgetDetail, BudgetPatch } from '../../../../wire/budget.ts';
import { familyOf } from '../../../../wire/family-budget.ts';
import { heldLimit, raisedBy, raisedTo } from '../../../../wire/held-limit.ts';
import type { NewSessionBudget, SessionSummary } from '../../../../wire/session.ts';
import { LinkButton } from '../../../components/button.tsx';
import { Notice } from '../../../components/states.tsx';
import { holdWords } from '../../../models/session/hold-words.ts';
import { goesOnWords } from '../../../models/session/session-reach.ts';
import { HoldCommand } from './hold-command.tsx';
import { RaiseCard } from './raise-card.tsx';
import { WhoMayRaise } from './who-may-raise.tsx';
import './hold-notice.css';

interface HoldNoticeProps {
  /** Its limits count what its children spent. */
  session: SessionSummary;
  /** The session that started it, the same way. */
  parent: SessionSummary | null;
  /** The organization's budgets; empty while they are not known. */
  budgets: readonly BudgetDetail[];
  /** What this reader may not do is undefined. */
  onLimit: ((budget: NewSessionBudget) => Promise<void>) | undefined;
  onParentLimit: ((budget: NewSessionBudget) => Promise<void>) | undefined;
  onBudget: ((id: string, patch: BudgetPatch) => Promise<unknown>) | undefined;
  onResume: () => Promise<void>;
  budgetsHref: string;
  hrefOf: (sessionId: string) => string;
}

/** Why a session is held or was ended from here, and what lets it go on. */
export function HoldNotice(props: HoldNoticeProps) {
  const { session, parent, budgets, onLimit, onParentLimit, onBudget, onResume, budgetsHref, hrefOf } = props;
  const held = heldLimit(session, budgets, parent);
  const words = holdWords(session, held);
  if (!words) return null;
  const { hold, agent, endedAt } = session;
  const isPaused = hold?.because === 'paused';
  const shared = held?.budget;
  const mayRaise = shared ? onBudget !== undefined : onLimit !== undefined;
  const raise = async (extra: number) => {
    if (!held) return;
    if (held.budget) await onBudget?.(held.budget.id, { limit: raisedTo(held, extra), ifLimit: held.limit });
    else await (held.parent ? onParentLimit : onLimit)?.(raisedBy(held, extra));
    // Whoever raises it wants this session to go on; others that it paused are their people's.
    if (isPaused) await onResume();
  };
  const parentId = hold?.budgetId === undefined ? undefined : familyOf(hold.budgetId);
  return (
    <div class="hold-notice">
      <Notice tone={hold && hold.because !== 'stopped' ? 'warn' : 'info'}>
        <p>
          <strong>{words.what}</strong> {words.todo}
        </p>
        {held && mayRaise && (
          <RaiseCard
            key={`${shared?.id}${held.unit}`}
            held={held}
            then={
              <>
                {shared || held.parent
                  ? 'Once raised, every session that it counts may spend again.'
                  : 'Once raised, it may spend again.'}{' '}
                {endedAt === null && goesOnWords(agent)} {shared && <a href={budgetsHref}>Open budgets</a>}
              </>
            }
            onRaise={raise}
          />
        )}
        {shared && !mayRaise && <WhoMayRaise />}
        {held && !shared && !mayRaise && <p class="muted">Any member may raise it; viewers only look.</p>}
        {hold?.budgetId !== undefined && parentId !== session.id && !(held && mayRaise) && (
          <p class="hold-actions">
            <LinkButton size="small" href={parentId === undefined ? budgetsHref : hrefOf(parentId)}>
              {parentId === undefined ? 'Open budgets' : 'Open the session that shares its budget'}
            </LinkButton>
          </p>
        )}
        {hold && agent === 'claude-code' && (
          <p class="hold-resume">
            <span class="muted">{resumeWords(hold.because === 'stopped', endedAt !== null)}</span>{' '}
            <HoldCommand command={`claude --resume ${session.externalId}`} />
          </p>
        )}
      </Notice>
    </div>
  );
}

/** A headless run exits at a refusal, a terminal waits for the next prompt. */
function resumeWords(isStopped: boolean, hasLeft: boolean): string {
  if (isStopped) return 'Start it again with';
  return hasLeft ? 'Its agent has exited: continue it, in its directory, with' : 'Has it exited already? Continue it with';
}
