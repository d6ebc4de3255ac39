import type { Viewer } from '../../../wire/frame.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { Elapsed } from '../../components/figures.tsx';
import { Icon } from '../../components/icon.tsx';
import { agentName, modelName } from '../../components/sessions/agent-names.ts';
import { ImportedMark } from '../../components/sessions/imported-mark.tsx';
import { SessionCost, SessionTokens } from '../../components/sessions/session-usage.tsx';
import { Skeleton } from '../../components/states.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { SessionTitle } from './session-title.tsx';
import { Viewers } from './viewers.tsx';
import './session-header.css';

interface SessionHeadingProps {
  session: SessionSummary | null;
  viewers: readonly Viewer[];
  /** It is shown as it was at some moment, whose status its events do not tell. */
  replaying: boolean;
  /** That moment is not there yet, and neither are its figures. */
  pending: boolean;
  editing: boolean;
  /** Undefined: this reader may not rename. */
  onEdit: ((editing: boolean) => void) | undefined;
  onRename: (title: string) => Promise<void>;
}

/** The heading of a session's page: what it is, how it stands, what it costs. */
export function SessionHeading({ session, viewers, replaying, pending, editing, onEdit, onRename }: SessionHeadingProps) {
  if (!session) {
    return (
      <h1 class="session-heading">
        <Skeleton width={260} height={16} />
        <span class="visually-hidden">Loading the session</span>
      </h1>
    );
  }
  return (
    <>
      <div class="session-heading">
        {replaying ? <span class="replay-badge">Replay</span> : <StatusMark status={session.status} labelled size={14} />}
        <SessionTitle title={session.title} editing={editing} onEdit={onEdit} onRename={onRename} />
        <ImportedMark session={session} />
      </div>
      <div class="session-figures">
        {pending ? <Skeleton width={180} /> : <Figures session={session} />}
        <Viewers viewers={viewers} />
      </div>
    </>
  );
}

function Figures({ session }: { session: SessionSummary }) {
  return (
    <>
      {session.status !== 'queued' && (
        <span class="session-figure">
          <Elapsed startedAt={session.startedAt} endedAt={session.endedAt} />
        </span>
      )}
      <span class="session-figure tokens">
        <SessionTokens session={session} />
        <small>tokens</small>
      </span>
      <span class="session-figure">
        <SessionCost session={session} />
      </span>
    </>
  );
}

/** The quieter line under the heading: who works, where. */
export function SessionFacts({ session, projectName }: { session: SessionSummary; projectName: string }) {
  const place = shortPlace(session.repository ?? session.cwd ?? '');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, and what scrolls has to be reachable by keyboard.
    <section class="session-facts" tabIndex={0} aria-label="Facts">
      <span class="session-figures-here">
        <Figures session={session} />
      </span>
      <span title="Agent">
        <Icon name="agent" size={14} />
        {agentName(session.agent)}
      </span>
      {session.model && (
        <span title={session.model}>
          <Said text={modelName(session.model)} />
        </span>
      )}
      {projectName && (
        <span title="Project">
          <Icon name="project" size={14} />
          <Said text={projectName} />
        </span>
      )}
      {place && place.split('/').at(-1) !== projectName && (
        <span class="truncate mono" title={session.repository ?? session.cwd ?? ''}>
          <Said text={place} />
        </span>
      )}
      {session.gitBranch && (
        <span class="truncate" title={`Branch ${session.gitBranch}`}>
          <Icon name="branch" size={14} />
          <Said text={session.gitBranch} />
        </span>
      )}
      {session.tags.map((tag) => (
        <span class="tag" key={tag}>
          <Said text={tag} />
        </span>
      ))}
    </section>
  );
}

/** The last two parts of a path or an address. */
const shortPlace = (place: string): string =>
  place
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .filter(Boolean)
    .slice(-2)
    .join('/');
