import { useState } from 'preact/hooks';
import type { SessionSummary } from '../../../wire/session.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Notice } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { money } from '../../format.ts';
import { raisesOf } from '../../models/amount.ts';

interface HoldNoticeProps {
  session: SessionSummary;
  /** Undefined: this reader may look, not act. */
  onLimit: ((limitMicroUsd: number) => Promise<void>) | undefined;
  onOther: () => void;
}

/** Why a session is held, and what lets it go on. */
export function HoldNotice({ session, onLimit, onOther }: HoldNoticeProps) {
  const [busy, setBusy] = useState<number>();
  if (session.status !== 'budget_exceeded' && session.status !== 'paused') return null;
  const raise = async (limitMicroUsd: number) => {
    setBusy(limitMicroUsd);
    try {
      await onLimit?.(limitMicroUsd);
    } catch (error) {
      showToast(error instanceof Error ? error.message : 'The budget was not raised. Try again.', { tone: 'bad' });
    } finally {
      setBusy(undefined);
    }
  };
  const { budget } = session;
  return (
    <div class="hold-notice">
      <Notice tone="warn">
        <p>
          {session.status === 'paused' && 'Paused: every tool call and prompt is refused until somebody resumes it.'}
          {session.status === 'budget_exceeded' && budget && (
            <>
              <strong>{money(budget.spentMicroUsd)}</strong> of <strong>{money(budget.limitMicroUsd)}</strong> is spent, and the
              next model call does not fit. Raise the budget and the agent may go on.
            </>
          )}
        </p>
        {session.status === 'budget_exceeded' && budget && onLimit && (
          <p class="hold-actions">
            {raisesOf(budget).map((extra) => {
              const limit = Math.max(budget.limitMicroUsd, budget.spentMicroUsd) + extra;
              return (
                <Button key={extra} size="small" busy={busy === limit} disabled={busy !== undefined} onClick={() => raise(limit)}>
                  + {money(extra)}
                </Button>
              );
            })}
            <Button size="small" kind="quiet" onClick={onOther}>
              Other amount
            </Button>
          </p>
        )}
        {session.agent === 'claude-code' && (
          <p class="hold-resume">
            <span class="muted">Has it exited already? Continue it with</span>{' '}
            <code>{`claude --resume ${session.externalId}`}</code>
            <CopyButton text={`claude --resume ${session.externalId}`} label="Copy the command" />
          </p>
        )}
      </Notice>
    </div>
  );
}
