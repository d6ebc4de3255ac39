import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApprovalDecision, ListedApproval } from '../../../wire/approval.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { secondNow } from '../../clock.ts';
import { absolute, elapsed, money } from '../../format.ts';
import { deadlineWords } from '../../models/approvals/approvals.ts';
import { asError } from '../../models/as-error.ts';
import { exactText } from '../../models/session/exact-text.ts';
import { Button } from '../button.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import { Notice } from '../states.tsx';
import { StatusMark } from '../status-mark.tsx';
import { Said } from '../timeline/said.tsx';
import { ApprovalCall } from './approval-call.tsx';
import { ApprovalWho } from './approval-who.tsx';
import { eventWords, tellsSomething } from './event-words.ts';
import './approvals.css';

interface ApprovalCardProps {
  approval: ListedApproval;
  projectName: string;
  /** The session's page; left out on that page itself. */
  href?: string;
  /** The call and up to three events before it. */
  events: (after: number, limit: number) => Promise<SessionEvent[]>;
  /** Undefined: this reader may look, not decide. */
  onDecide: ((decision: ApprovalDecision) => Promise<void>) | undefined;
  focused?: boolean;
  /** The keys work on this card. */
  hasKeys?: boolean;
}

const before = 3;

/** One call that waits: who asks, what exactly would run, why somebody is asked, and until when. */
export function ApprovalCard({ approval, projectName, href, events, onDecide, focused, hasKeys }: ApprovalCardProps) {
  const { id, seq, tool, words, reason, costMicroUsd } = approval;
  const [around, setAround] = useState<SessionEvent[]>([]);
  const [failure, setFailure] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    let isShown = true;
    setFailure(undefined);
    events(Math.max(0, seq - 1 - before), before + 1).then(
      (found) => {
        if (!isShown) return;
        setAround(found);
        if (!found.some((event) => event.seq === seq)) setFailure('Its event was not found.');
      },
      (error: unknown) => isShown && setFailure(asError(error).message),
    );
    return () => {
      isShown = false;
    };
  }, [seq, attempt]);
  useEffect(() => {
    if (focused) card.current?.scrollIntoView({ block: 'nearest' });
  }, [focused]);
  const call = around.find((event) => event.seq === seq);
  const earlier = around.filter((event) => event.seq < seq && tellsSomething(event));
  return (
    <article class={`approval ${focused ? 'focused' : ''}`} ref={card} id={id} aria-label={exactText(`${tool}: ${words}`)}>
      <header>
        <StatusMark status="waiting" />
        <ApprovalWho approval={approval} projectName={projectName} href={href} />
      </header>
      {earlier.length > 0 && href && (
        <ol class="approval-before" aria-label="What happened before">
          {earlier.map((event) => (
            <li key={event.seq} class="truncate">
              <Said text={eventWords(event)} />
            </li>
          ))}
        </ol>
      )}
      <p class="approval-tool">
        Wants to use <strong>{exactText(tool)}</strong>
        {costMicroUsd > 0 && <span class="muted"> · about {money(costMicroUsd)}</span>}
      </p>
      <div class="approval-call">
        {call ? <ApprovalCall event={call} /> : <pre class="code approval-code">{exactText(words)}</pre>}
        {!call && failure === undefined && <p class="muted">Reading the whole call…</p>}
        {!call && failure !== undefined && (
          <Notice tone="bad">
            {`The whole call was not read, and only what was read can be allowed. ${failure} `}
            <Button size="small" onClick={() => setAttempt(attempt + 1)}>
              Read it again
            </Button>
          </Notice>
        )}
      </div>
      <p class="approval-why muted">
        <Said text={reason} />
      </p>
      <p class="approval-until numeric" title={absolute(Date.parse(approval.until))}>
        {deadlineWords(approval, secondNow.value, elapsed)}
      </p>
      {onDecide ? (
        <Answer tool={tool} isRead={call !== undefined} onDecide={onDecide} hasKeys={hasKeys ?? false} />
      ) : (
        <p class="muted">You may look on: deciding needs the role member or above.</p>
      )}
    </article>
  );
}

type Choice = 'once' | 'session' | 'deny';

interface AnswerProps {
  tool: string;
  /** The whole call is on the screen: before, it can only be denied. */
  isRead: boolean;
  onDecide: NonNullable<ApprovalCardProps['onDecide']>;
  hasKeys: boolean;
}

/** Always the same function: a new one is called at each render, and would take the focus from whatever has it. */
const focusOnce = (input: HTMLInputElement | null) => input?.focus();

function Answer({ tool, isRead, onDecide, hasKeys }: AnswerProps) {
  const [busy, setBusy] = useState<Choice>();
  const [denying, setDenying] = useState(false);
  const [note, setNote] = useState('');
  const [failure, setFailure] = useState<string>();
  const answer = async (choice: Choice) => {
    setBusy(choice);
    setFailure(undefined);
    try {
      await onDecide(
        choice === 'deny'
          ? { decision: 'deny', scope: 'once', ...(note.trim() && { note: note.trim() }) }
          : { decision: 'allow', scope: choice },
      );
    } catch (error) {
      setFailure(asError(error).message);
    } finally {
      setBusy(undefined);
    }
  };
  const key = (letter: string) => (hasKeys ? ` (${letter})` : '');
  return (
    <div class="approval-answer">
      {failure && <Notice tone="bad">{failure}</Notice>}
      {denying ? (
        <Form onSubmit={() => answer('deny')}>
          <Field
            label="Note to the agent"
            hint="It reads this in place of the tool’s result. You may leave it empty."
            value={note}
            maxLength={limits.maxMessageLength}
            inputRef={focusOnce}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
          <div class="approval-buttons">
            <Button kind="danger" type="submit" busy={busy === 'deny'}>
              Deny
            </Button>
            <Button kind="quiet" onClick={() => setDenying(false)}>
              Back
            </Button>
          </div>
        </Form>
      ) : (
        <div class="approval-buttons">
          <Button
            kind="primary"
            busy={busy === 'once'}
            disabled={busy !== undefined}
            waits={!isRead}
            onClick={() => answer('once')}
            data-answer="once"
          >
            Allow once
          </Button>
          <Button
            busy={busy === 'session'}
            disabled={busy !== undefined}
            waits={!isRead}
            title={`Every call of ${exactText(tool)} that this rule catches, until the session ends${key('s')}`}
            data-answer="session"
            onClick={() => answer('session')}
          >
            Allow for this session
          </Button>
          <Button kind="quiet" disabled={busy !== undefined} onClick={() => setDenying(true)} data-answer="deny">
            Deny…
          </Button>
        </div>
      )}
    </div>
  );
}
