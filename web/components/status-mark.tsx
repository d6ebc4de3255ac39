import type { ComponentChildren } from 'preact';
import type { SessionStatus } from '../../wire/session.ts';
import './status-mark.css';

/** Each status in words, as filters and screen readers say it. */
export const statusNames: Record<SessionStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  timed_out: 'Timed out',
  cancelled: 'Cancelled',
  budget_exceeded: 'Budget exceeded',
};

const shapes: Record<SessionStatus, ComponentChildren> = {
  queued: <circle cx="8" cy="8" r="5.25" stroke-dasharray="2.6 2.2" />,
  running: (
    <>
      <circle class="pulse" cx="8" cy="8" r="4" fill="currentColor" stroke="none" />
      <circle cx="8" cy="8" r="4" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M6.4 6.5a1.65 1.65 0 1 1 2.5 1.4c-.6.35-.9.7-.9 1.25M8 11.3v.01" />
    </>
  ),
  paused: <path d="M5.75 3.75v8.5M10.25 3.75v8.5" stroke-width="2.2" />,
  completed: <path d="M3.25 8.5l3 3 6.5-7" />,
  failed: <path d="M4 4l8 8M12 4l-8 8" stroke-width="1.9" />,
  timed_out: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.9v3.3l2.1 1.3" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M4.3 11.7l7.4-7.4" />
    </>
  ),
  budget_exceeded: (
    <>
      <path d="M2.5 11.5a5.75 5.75 0 0 1 11 0z" fill="currentColor" />
      <path d="M8 11l3.4-5.9" stroke="var(--page)" stroke-width="1.3" />
    </>
  ),
};

interface StatusMarkProps {
  status: SessionStatus;
  /** Say the word beside the shape; without it the word is for screen readers and the tooltip. */
  labelled?: boolean;
  /** The word stands beside it already. */
  bare?: boolean;
  size?: number;
}

/** A session's status as a colour and a shape, so that neither is needed alone. */
export function StatusMark({ status, labelled = false, bare = false, size = 14 }: StatusMarkProps) {
  const name = statusNames[status];
  return (
    <span class={`status-mark ${status}`} title={labelled || bare ? undefined : name}>
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        {shapes[status]}
      </svg>
      {!bare && <span class={labelled ? '' : 'visually-hidden'}>{name}</span>}
    </span>
  );
}
