import { useState } from 'preact/hooks';
import { familyOf } from '../../../wire/family-budget.ts';
import type { NewSessionBudget, SessionSummary } from '../../../wire/session.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Notice } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { amountOf } from '../../models/budgets-words.ts';
import { type HeldLimit, heldLimit, raisedBy, raisesFor } from '../../models/session-hold.ts';

interface HoldNoticeProps {
  session: SessionSummary;
  /** Undefined: this reader may look, not act. */
  onLimit: ((budget: NewSessionBudget) => Promise<void>) | undefined;
  onOther: () => void;
  budgetsHref: string;
  hrefOf: (sessionId: string) => string;
}

/** Why a session is held, and what lets it go on. */
export function HoldNotice({ session, onLimit, onOther, budgetsHref, hrefOf }: HoldNoticeProps) {
  const [busy, setBusy] = useState<number>();
  if (session.approvals) return null;
  if (session.status === 'waiting' && session.activity.startsWith('asks')) {
    return (
      <div class="hold-notice">
        <Notice>It {session.activity}: whoever started it answers in its terminal.</Notice>
      </div>
    );
  }
  const isOutOfTime = session.status === 'timed_out' && session.hold !== undefined;
  if (session.status !== 'budget_exceeded' && session.status !== 'paused' && !isOutOfTime) return null;
  const held = heldLimit(session);
  const raise = async (by: HeldLimit, extra: number) => {
    setBusy(extra);
    try {
      await onLimit?.(raisedBy(by, extra));
    } catch (error) {
      showToast(error instanceof Error ? error.message : 'The budget was not raised. Try again.', { tone: 'bad' });
    } finally {
      setBusy(undefined);
    }
  };
  const { hold } = session;
  const parentId = hold?.budgetId === undefined ? undefined : familyOf(hold.budgetId);
  return (
    <div class="hold-notice">
      <Notice tone="warn">
        <p>{held ? <OwnBudget {...held} /> : wordsOf(session)}</p>
        {held && onLimit && (
          <p class="hold-actions">
            {raisesFor(held).map((extra) => (
              <Button
                key={extra}
                size="small"
                busy={busy === extra}
                disabled={busy !== undefined}
                onClick={() => raise(held, extra)}
              >
                + {amountOf(extra, held.unit)}
              </Button>
            ))}
            {held.unit === 'micro_usd' && (
              <Button size="small" kind="quiet" onClick={onOther}>
                Other amount
              </Button>
            )}
          </p>
        )}
        {hold?.budgetId !== undefined && parentId !== session.id && (
          <p class="hold-actions">
            <LinkButton size="small" href={parentId === undefined ? budgetsHref : hrefOf(parentId)}>
              {parentId === undefined ? 'Open budgets' : 'Open the session that shares its budget'}
            </LinkButton>
          </p>
        )}
        {session.agent === 'claude-code' && (
          <p class="hold-resume">
            <span class="muted">Has it exited already? Continue it with</span>{' '}
            <code>{`claude --resume ${session.externalId}`}</code>
            <CopyButton text={`claude --resume ${session.externalId}`} label="Copy the command" iconOnly />
          </p>
        )}
      </Notice>
    </div>
  );
}

function OwnBudget({ unit, spent, limit }: HeldLimit) {
  return (
    <>
      <strong>{amountOf(spent, unit)}</strong> of <strong>{amountOf(limit, unit)}</strong> is spent, and the next model call does
      not fit. Raise the budget and the agent may go on.
    </>
  );
}

function wordsOf({ status, hold }: SessionSummary): string {
  if (status === 'paused' && hold?.budgetId === undefined) {
    return 'Paused: every tool call and prompt is refused until somebody resumes it.';
  }
  if (status === 'timed_out')
    return 'It ran as long as a session may, and is refused whatever it asks. Resume it for as long again.';
  const said = hold?.reason ?? 'A budget is spent.';
  return status === 'paused'
    ? `${said} Resume it when there is room again.`
    : `${said} It goes on by itself when there is room again.`;
}
