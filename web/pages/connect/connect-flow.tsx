import { useModel, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { NativeAgent } from '../../../wire/agent.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { AgentChoice } from '../../components/connect/agent-choice.tsx';
import { CustomAgent } from '../../components/connect/custom-agent.tsx';
import { FirstEvent } from '../../components/connect/first-event.tsx';
import { SettingsFile } from '../../components/connect/settings-file.tsx';
import { SelectField } from '../../components/field.tsx';
import { ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { type ConnectChoice, type Connected, ConnectModel, nativeAgents, outageWords } from '../../models/connect.ts';
import { mayConnect } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import './connect.css';

export interface ConnectFlowProps {
  /** From the address; anything unknown is Claude Code. */
  agent?: string;
  onAgent?: (agent: ConnectChoice) => void;
  /** On an empty list of sessions it greets. */
  welcome?: boolean;
  /** Settings were made: the page has something to wait for. */
  onMade?: () => void;
}

/** Pick a project and an agent, get its settings, see its first event arrive. */
export function ConnectFlow({ agent, onAgent, onMade, welcome = false }: ConnectFlowProps) {
  const { organization, projects, sessions, onFeed } = useOrganization();
  const chosen = useSignal<ConnectChoice>(choiceOf(agent));
  const projectId = useSignal<string | null>(null);
  const model = useModel(
    () =>
      new ConnectModel({
        settings: newSettings,
        token: (id, name) =>
          read(client.api.projects[':projectId']['ingest-tokens'].$post({ param: { projectId: id }, json: { name } }, once())),
        onFeed,
        isKnown: (id) => sessions.session(id) !== undefined,
      }),
  );
  useEffect(() => model.reset, []);
  useEffect(() => {
    if (projects.items.peek() === null) projects.load();
    if (sessions.state.peek() === 'loading') sessions.load();
  }, []);

  const all = projects.items.value;
  const project = all?.find(({ id }) => id === projectId.value) ?? all?.[0];
  const made = model.connected.value;
  const connect = async () => {
    if (!project) return;
    await model.connect(project.id, chosen.value);
    if (model.connected.peek()) onMade?.();
  };
  const choose = (next: ConnectChoice) => {
    chosen.value = next;
    model.reset();
    onAgent?.(next);
  };

  const Heading = welcome ? 'h3' : 'h2';

  if (!mayConnect(organization.role))
    return <Notice>You can watch sessions here. To connect an agent of yours, ask an admin for the role member.</Notice>;
  if (!all && projects.failure.value)
    return <ErrorState title="Projects did not load" detail={projects.failure.value.message} onRetry={projects.load} />;

  return (
    <div class="connect">
      {welcome && (
        <header class="connect-welcome">
          <h2>Connect your first agent</h2>
          <p class="muted">Its sessions show up here, live, from the first prompt on. It takes about a minute.</p>
        </header>
      )}
      <ol class="steps">
        <li>
          <Heading>Choose</Heading>
          <AgentChoice value={chosen.value} onChange={choose} />
          <div class="connect-project">
            {all ? (
              <SelectField
                label="Project"
                value={project?.id ?? ''}
                hint="All sessions that use these settings belong to it."
                onChange={(id) => {
                  projectId.value = id;
                  model.reset();
                }}
              >
                {all.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </SelectField>
            ) : (
              <Skeleton height={78} />
            )}
          </div>
          {!made && (
            <Button kind="primary" busy={model.busy.value} disabled={!project} onClick={connect}>
              {chosen.value === 'other' ? 'Create a token' : 'Create settings'}
            </Button>
          )}
          {model.failure.value && <Notice tone="bad">{model.failure.value.message}</Notice>}
        </li>
        <li class={made ? '' : 'later'}>
          <Heading>{chosen.value === 'other' ? 'Post its events' : 'Put them on the machine'}</Heading>
          {made ? (
            <MadeFor made={made} limitsHref={`/${organization.id}/settings/limits`} />
          ) : (
            <p class="faint">{laterWords(chosen.value)}</p>
          )}
        </li>
        <li class={made ? '' : 'later'}>
          <Heading>See it arrive</Heading>
          {made ? (
            <FirstEvent agent={made.agent} arrival={model.arrival.value} hrefOf={(id) => `/${organization.id}/sessions/${id}`} />
          ) : (
            <p class="faint">The first event shows up right here.</p>
          )}
        </li>
      </ol>
    </div>
  );
}

const newSettings = (projectId: string, agent: NativeAgent) =>
  read(client.api.projects[':projectId'].connect[':agent'].$post({ param: { projectId, agent } }, once()));

function MadeFor({ made, limitsHref }: { made: Connected; limitsHref: string }) {
  if (made.type === 'token') return <CustomAgent origin={location.origin} token={made.token} />;
  return (
    <>
      {made.settings.files.map(({ path, content }) => (
        <SettingsFile key={path} path={path} content={content} />
      ))}
      <p>
        While Flightdeck is out of reach, {outageWords(made.agent, made.settings.fail)} <a href={limitsHref}>Change that</a>
      </p>
      {made.settings.notes.length > 0 && (
        <ul class="connect-notes">
          {made.settings.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const laterWords = (agent: ConnectChoice): string =>
  agent === 'other' ? 'One call takes up to 500 events.' : 'As one command, or as a file to copy or download.';

const choiceOf = (agent: string | undefined): ConnectChoice => {
  if (agent === 'other') return agent;
  return nativeAgents.find((native: NativeAgent) => native === agent) ?? 'claude-code';
};
