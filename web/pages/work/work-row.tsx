import { useState } from 'preact/hooks';
import type { SessionStatus } from '../../../wire/session.ts';
import type { RequestSource, RequestStatus, SessionRequest } from '../../../wire/work.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { agentName } from '../../components/sessions/agent-names.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { isOpen, placeWords, standingWords } from '../../models/work/work.ts';

interface WorkRowProps {
  request: SessionRequest;
  projectName: string;
  href: string;
  /** It was told to stop, and its machine has not said yet that it is over. */
  isStopping: boolean;
  /** `stop` asks first: an agent works on it. Undefined: this reader may not. */
  verbs: { cancel: () => Promise<void>; stop: () => void; again: () => void } | undefined;
}

const marks: Record<RequestStatus, SessionStatus> = {
  queued: 'queued',
  claimed: 'queued',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What somebody wants done, who and from where, and how far it is. */
export function WorkRow({ request, projectName, href, isStopping, verbs }: WorkRowProps) {
  const [busy, setBusy] = useState(false);
  const { title, status, source, requestedBy, agent, machine, stop, words, createdAt, updatedAt } = request;
  const sinceAt = isOpen(request) ? (stop?.at ?? machine?.since ?? createdAt) : updatedAt;
  const place = placeWords(request);
  const cancel = async () => {
    setBusy(true);
    await verbs?.cancel();
    setBusy(false);
  };
  return (
    <>
      <StatusMark status={marks[status]} />
      <span class="work-what">
        <a class="truncate" href={href}>
          <Said text={title} />
        </a>
        <span class="faint">
          {requestedBy.name}
          {source.kind !== 'web' && (
            <>
              , from <Source source={source} />
            </>
          )}
          {projectName && `, for ${projectName}`}
          {place && (
            <>
              , in <Said text={place} />
            </>
          )}
        </span>
        {words && (
          <span class="faint">
            <Said text={words} />
          </span>
        )}
      </span>
      <span class="work-standing">
        {standingWords(request, isStopping && isOpen(request))}
        <span class="faint">
          {agentName(agent)} · <RelativeTime at={sinceAt} />
        </span>
      </span>
      {verbs && (
        <span class="work-verb">
          {status === 'queued' && (
            <Button size="small" busy={busy} aria-label={`Cancel “${title}”`} onClick={cancel}>
              Cancel
            </Button>
          )}
          {(status === 'claimed' || status === 'running') && !isStopping && !stop && (
            <Button size="small" aria-label={`Stop “${title}”`} onClick={verbs.stop}>
              Stop
            </Button>
          )}
          {(status === 'failed' || status === 'cancelled') && (
            <Button size="small" kind="quiet" aria-label={`Ask again… “${title}”`} onClick={verbs.again}>
              Ask again…
            </Button>
          )}
        </span>
      )}
    </>
  );
}

function Source({ source: { label, url } }: { source: RequestSource }) {
  if (!url) return <Said text={label} />;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      <Said text={label} />
    </a>
  );
}
