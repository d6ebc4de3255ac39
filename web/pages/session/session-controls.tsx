import { useState } from 'preact/hooks';
import type { BudgetDetail } from '../../../wire/budget.ts';
import type { SessionControl, SessionSummary } from '../../../wire/session.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { showFailure } from '../../components/toast.tsx';
import { ordersOn, type SessionOrder } from '../../models/session/session-orders.ts';
import { stopWords } from '../../models/session/session-reach.ts';
import './session-controls.css';

interface SessionControlsProps {
  session: SessionSummary;
  /** The organization's, as far as they are known. */
  budgets: readonly BudgetDetail[];
  onControl: (action: SessionControl['action']) => Promise<void>;
  /** Opens the session's own budget. */
  onRaise: () => void;
}

const verbs = { pause: 'Pause', resume: 'Resume', raise: 'Raise the budget', stop: 'Stop' } as const;
const icons = { pause: 'pause', resume: 'play', raise: 'budgets', stop: 'stop' } as const;

/** Holds or ends a running agent; it hears of it at its next tool call or prompt. */
export function SessionControls({ session, budgets, onControl, onRaise }: SessionControlsProps) {
  const [busy, setBusy] = useState<SessionOrder>();
  const [stopping, setStopping] = useState(false);
  const control = async (action: SessionControl['action']) => {
    setBusy(action);
    try {
      await onControl(action);
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(undefined);
    }
  };
  const order = (which: SessionOrder) => {
    if (which === 'raise') return onRaise();
    return which === 'stop' ? setStopping(true) : control(which);
  };
  return (
    <span class="session-controls">
      {ordersOn(session, budgets).map((action) => (
        <Button
          key={action}
          size="small"
          icon={icons[action]}
          busy={busy === action}
          disabled={busy !== undefined}
          title={action === 'pause' ? `${titles.pause}. ${stopWords(session.agent)}` : titles[action]}
          onClick={() => order(action)}
        >
          {verbs[action]}
        </Button>
      ))}
      <Confirm
        open={stopping}
        title="Stop this session?"
        verb="Stop session"
        onClose={() => setStopping(false)}
        onConfirm={() => onControl('stop')}
      >
        <p>The session is cancelled, and only starting the agent again lets it go on. {stopWords(session.agent)}</p>
      </Confirm>
    </span>
  );
}

const titles = {
  pause: 'Refuse every tool call and prompt until resumed',
  resume: 'Let the agent go on',
  raise: 'Its own budget is spent: once it is higher, the session goes on',
  stop: 'End the agent’s turn at its next tool call and let it do no more',
};
