import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SessionStatus } from '../../../wire/session.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { agentName } from '../../components/sessions/agent-names.ts';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { money } from '../../format.ts';
import { snapshotName } from '../../models/archive/snapshots.ts';
import { CompareChoicesModel, type CompareChoicesPorts } from '../../models/compare/compare-choices.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CompareChosen } from './compare-chosen.tsx';
import { SnapshotChoices } from './snapshot-choices.tsx';

const ports: CompareChoicesPorts = {
  sessions: (cursor) => read(client.api.sessions.$get({ query: { cursor } })),
  session: (id) => read(client.api.sessions[':id'].$get({ param: { id } })),
  tree: (id) => read(client.api.sessions[':id'].tree.$get({ param: { id } })),
  snapshot: (id) => read(client.api.snapshots[':id'].$get({ param: { id } })),
  snapshots: (id, cursor) => read(client.api.sessions[':id'].snapshots.$get({ param: { id }, query: { cursor } })),
};

interface ComparePickerProps {
  /** The session or snapshot that is chosen already; empty where none is. */
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

/** What to compare with: other snapshots of the same session come first, then the sessions of its tree, then the newest. */
export function ComparePicker({ chosen, onChoose, onClear }: ComparePickerProps) {
  const [words, setWords] = useState('');
  const model = useMemo(() => new CompareChoicesModel(chosen, ports), [chosen]);
  const { onFeed } = useOrganization();
  useEffect(() => {
    model.load();
    return onFeed(model.apply);
  }, [model, onFeed]);

  const isFound = (id: string, name: string) =>
    id !== chosen && `${name} ${id}`.toLowerCase().includes(words.trim().toLowerCase());
  const isWanted = ({ id, title, agent }: Choice) => isFound(id, `${title} ${agentName(agent)}`);
  const { items, failure, hasMore, loading, load, loadMore } = model.sessions;
  const family = model.tree.value.filter(isWanted);
  const others = (items.value ?? []).filter((other) => isWanted(other) && !family.some(({ id }) => id === other.id));
  return (
    <div class="compare-picker">
      {chosen === '' ? (
        <p>Choose the first session.</p>
      ) : (
        <p>
          Compare <CompareChosen id={chosen} session={model.session.value} snapshot={model.snapshot.value} /> with…{' '}
          <Button size="small" kind="quiet" onClick={onClear}>
            Choose another
          </Button>
        </p>
      )}
      <Field label="Find a session" type="search" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      {!items.value && !failure.value && [0, 1, 2].map((key) => <Skeleton key={key} height={28} />)}
      <SnapshotChoices
        list={model.snapshots}
        isWanted={(snapshot) => isFound(snapshot.id, snapshotName(snapshot))}
        onChoose={onChoose}
      />
      <Choices title="In the same tree" items={family} onChoose={onChoose} />
      <Choices title={family.length > 0 ? 'Others' : 'Sessions'} items={others} onChoose={onChoose} />
      {items.value && family.length + others.length === 0 && (
        <p class="muted">No other session {words === '' ? 'is here yet' : 'matches among those that are loaded'}.</p>
      )}
      {failure.value && (
        <ErrorState title="Sessions did not load" detail={failure.value.message} onRetry={items.value ? loadMore : load} />
      )}
      {hasMore.value && !failure.value && (
        <Button size="small" busy={loading.value} onClick={loadMore}>
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
