import { listedApprovals } from '../../../../wire/listed-approvals.ts';
import type { SessionSummary } from '../../../../wire/session.ts';
import { ApprovalCard } from '../../../components/approvals/approval-card.tsx';
import type { Session } from '../../../models/session/session.ts';
import { eventsOf } from '../../../session-events.ts';
import './waiting-cards.css';

interface WaitingCardsProps {
  session: Session;
  summary: SessionSummary;
  projectName: string;
  mayDecide: boolean;
}

/** What of this session waits for a person, above its timeline. */
export function WaitingCards({ session, summary, projectName, mayDecide }: WaitingCardsProps) {
  const waiting = listedApprovals(summary);
  if (waiting.length === 0) return null;
  return (
    <div class="waiting-cards">
      {waiting.map((approval) => (
        <ApprovalCard
          key={approval.id}
          approval={approval}
          projectName={projectName}
          events={eventsOf(summary.id)}
          onDecide={mayDecide ? (decision) => session.decide(approval.id, decision) : undefined}
        />
      ))}
    </div>
  );
}

/** Brings a question's card to the reader, by eye and by keyboard. */
export function readCard(approvalId: string): void {
  const card = document.getElementById(approvalId);
  card?.scrollIntoView({ block: 'nearest' });
  card?.querySelector<HTMLElement>('[data-answer]:not(:disabled)')?.focus({ preventScroll: true });
}
