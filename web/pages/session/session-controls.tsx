import { useState } from 'preact/hooks';
import type { SessionControl, SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { showToast } from '../../components/toast.tsx';
import { stopWords } from '../../models/session-reach.ts';
import './session-controls.css';

type Action = SessionControl['action'];

interface SessionControlsProps {
  session: SessionSummary;
  onControl: (action: Action) => Promise<void>;
}

/** What each status may be turned into by a person. */
const actions: Record<SessionStatus, Action[]> = {
  queued: ['stop'],
  running: ['pause', 'stop'],
  waiting: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  budget_exceeded: ['resume', 'stop'],
  completed: [],
  failed: [],
  timed_out: [],
  cancelled: [],
};

/** One that ran too long is over, and goes on when a person lets it. */
const actionsOn = ({ status, hold }: SessionSummary): Action[] => (status === 'timed_out' && hold ? ['resume'] : actions[status]);

const verbs = { pause: 'Pause', resume: 'Resume', stop: 'Stop' } as const;
const icons = { pause: 'pause', resume: 'play', stop: 'stop' } as const;

/** Holds or ends a running agent; it hears of it at its next tool call or prompt. */
export function SessionControls({ session, onControl }: SessionControlsProps) {
  const [busy, setBusy] = useState<Action>();
  const [stopping, setStopping] = useState(false);
  const control = async (action: Action) => {
    setBusy(action);
    try {
      await onControl(action);
    } catch (error) {
      showToast(error instanceof Error ? error.message : `${verbs[action]} did not work. Try again.`, { tone: 'bad' });
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <span class="session-controls">
      {actionsOn(session).map((action) => (
        <Button
          key={action}
          size="small"
          icon={icons[action]}
          busy={busy === action}
          disabled={busy !== undefined}
          title={action === 'pause' ? `${titles.pause}. ${stopWords(session.agent)}` : titles[action]}
          onClick={() => (action === 'stop' ? setStopping(true) : control(action))}
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
  stop: 'End the agent’s turn at its next tool call and let it do no more',
};
