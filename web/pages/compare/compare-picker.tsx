import { useEffect, useState } from 'preact/hooks';
import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { agentName } from '../../components/sessions/agent-names.ts';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { money } from '../../format.ts';
import { useOrganization } from '../../organization-scope.ts';

interface ComparePickerProps {
  /** The side that is chosen already; empty where none is. */
  chosen: string;
  onChoose: (id: string) => void;
  onClear: () => void;
}

interface Choice {
  id: string;
  title: string;
  agent: string;
  status: SessionStatus;
  costMicroUsd: number;
}

/** Which session to compare: those of the same tree come first, then the newest. */
export function ComparePicker({ chosen, onChoose, onClear }: ComparePickerProps) {
  const { sessions } = useOrganization();
  const [words, setWords] = useState('');
  const [chosenSession, setChosenSession] = useState<SessionSummary | null>(null);
  const [tree, setTree] = useState<readonly Choice[]>([]);
  useEffect(() => {
    if (sessions.known.peek() === 0) sessions.load();
    if (!chosen.startsWith('ses_')) return;
    // Only its title and its family are missing where this fails; comparing says what is wrong.
    read(client.api.sessions[':id'].$get({ param: { id: chosen } })).then(setChosenSession, () => {});
    read(client.api.sessions[':id'].tree.$get({ param: { id: chosen } })).then(
      ({ nodes }) => setTree(nodes),
      () => {},
    );
  }, [chosen]);

  const isWanted = ({ id, title, agent }: Choice) =>
    id !== chosen && `${title} ${agentName(agent)} ${id}`.toLowerCase().includes(words.trim().toLowerCase());
  const family = tree.filter(isWanted);
  const known = sessions.groups.value.flatMap(({ ids }) => ids).flatMap((id) => sessions.session(id)?.value ?? []);
  const others = known.filter((session) => isWanted(session) && !family.some(({ id }) => id === session.id));
  const isLoading = sessions.state.value === 'loading' && known.length === 0;
  return (
    <div class="compare-picker">
      {chosen === '' ? (
        <p>Choose the first session.</p>
      ) : (
        <p>
          Compare <strong>{chosenSession ? <Said text={chosenSession.title || 'Untitled'} /> : chosen}</strong> with…{' '}
          <Button size="small" kind="quiet" onClick={onClear}>
            Choose another
          </Button>
        </p>
      )}
      <Field label="Find a session" type="search" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      {sessions.state.value === 'failed' && known.length === 0 && (
        <ErrorState title="Sessions did not load" detail={sessions.failure.value?.message ?? ''} onRetry={sessions.load} />
      )}
      {isLoading && [0, 1, 2].map((key) => <Skeleton key={key} height={28} />)}
      <Choices title="In the same tree" items={family} onChoose={onChoose} />
      <Choices title={family.length > 0 ? 'Others' : 'Sessions'} items={others} onChoose={onChoose} />
      {!isLoading && family.length + others.length === 0 && sessions.state.value !== 'failed' && (
        <p class="muted">No other session {words === '' ? 'is here yet' : 'matches among those that are loaded'}.</p>
      )}
      {sessions.hasMore.value && (
        <Button size="small" busy={sessions.loadingMore.value} onClick={sessions.loadMore}>
          Show older sessions
        </Button>
      )}
    </div>
  );
}

function Choices({ title, items, onChoose }: { title: string; items: readonly Choice[]; onChoose: (id: string) => void }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="compare-choices">
        {items.map(({ id, title: name, agent, status, costMicroUsd }) => (
          <li key={id}>
            <button type="button" class="compare-choice" onClick={() => onChoose(id)}>
              <StatusMark status={status} />
              <span class="truncate">
                <Said text={name || 'Untitled'} />
              </span>
              <span class="faint">{agentName(agent)}</span>
              <span class="numeric">{money(costMicroUsd)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
