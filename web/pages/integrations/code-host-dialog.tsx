import { useEffect, useMemo, useState } from 'preact/hooks';
import { type CreatedIntegration, type Integration, IntegrationKind } from '../../../wire/integration.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, PasswordField, SelectField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Loaded } from '../../components/settings/loaded.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Notice } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import {
  codeHostGuides,
  fieldOf,
  type IntegrationValues,
  newIntegration,
  peopleIn,
  switchedTriggers,
  triggersIn,
  valuesOf,
} from '../../models/alerts/code-host-guides.ts';
import { nameProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { useOrganization } from '../../organization-scope.ts';
import { GitHubAppChoice } from './github-app-choice.tsx';
import { KindChoice } from './kind-choice.tsx';
import { ProjectFirst } from './project-first.tsx';

const route = client.api.integrations;

interface CodeHostDialogProps {
  onClose: () => void;
  onMade: (integration: Integration) => void;
}

/** Connects a code host: what starts sessions, what to paste over there, and whether it was heard. */
export function CodeHostDialog({ onClose, onMade }: CodeHostDialogProps) {
  const { projects } = useOrganization();
  const [kind, setKind] = useState<IntegrationKind | null>(null);
  const [byWebhook, setByWebhook] = useState(false);
  const [made, setMade] = useState<CreatedIntegration | null>(null);
  const connect = async (chosen: IntegrationKind, values: IntegrationValues) => {
    const { name, projectId, accessToken, apiUrl, secret } = trimmed(values);
    const json = {
      kind: chosen,
      name,
      projectId,
      triggers: triggersIn(values),
      people: peopleIn(values),
      ...(secret !== '' && { secret }),
      ...(accessToken !== '' && { accessToken }),
      ...(apiUrl !== '' && { apiUrl }),
    };
    const created = await read(route.$post({ json }, once()));
    const { secret: _shown, ...integration } = created;
    onMade(integration);
    setMade(created);
  };
  return (
    <Dialog
      open
      title={kind ? `Connect ${codeHostGuides[kind].name}` : 'Connect'}
      onClose={onClose}
      actions={made ? <Button onClick={onClose}>Done</Button> : undefined}
    >
      {!kind && <KindChoice kinds={IntegrationKind.options} guides={codeHostGuides} onChoose={setKind} />}
      {kind && !made && (
        <Loaded list={projects} what="Projects">
          {([first]) => {
            if (!first) return <ProjectFirst name={codeHostGuides[kind].name} />;
            if (kind === 'github' && !byWebhook) return <GitHubAppChoice onWebhook={() => setByWebhook(true)} />;
            return (
              <CodeHostForm
                kind={kind}
                initial={newIntegration(first.id)}
                verb="Connect"
                onSubmit={(values) => connect(kind, values)}
              />
            );
          }}
        </Loaded>
      )}
      {made && <Guide made={made} onHeard={onMade} />}
    </Dialog>
  );
}

/** Changes what an integration starts; a token that is left empty stays. */
export function CodeHostSettingsDialog({
  integration,
  onClose,
  onChanged,
}: {
  integration: Integration;
  onClose: () => void;
  onChanged: (integration: Integration) => void;
}) {
  return (
    <Dialog open title={`Settings of ${integration.name}`} onClose={onClose}>
      <CodeHostForm
        kind={integration.kind}
        isInstalled={integration.installation !== null}
        initial={valuesOf(integration)}
        webhookPath={integration.webhookPath}
        hasToken={integration.hasAccessToken}
        verb="Save settings"
        onSubmit={async (values) => {
          const { name, projectId, accessToken, apiUrl, secret } = trimmed(values);
          const json = {
            name,
            people: peopleIn(values),
            ...(secret !== '' && { secret }),
            projectId,
            triggers: triggersIn(values, integration.triggers),
            apiUrl: apiUrl === '' ? null : apiUrl,
            ...(accessToken !== '' && { accessToken }),
          };
          onChanged(await read(route[':id'].$patch({ param: { id: integration.id }, json })));
          onClose();
        }}
      />
    </Dialog>
  );
}

const trimmed = (values: IntegrationValues): IntegrationValues => ({
  ...values,
  name: values.name.trim(),
  accessToken: values.accessToken.trim(),
  apiUrl: values.apiUrl.trim(),
  secret: values.secret.trim(),
});

/** How often it is asked whether the service was heard. */
const listenMs = 3000;

function Guide({ made, onHeard }: { made: CreatedIntegration; onHeard: (integration: Integration) => void }) {
  const [heard, setHeard] = useState<Integration | null>(null);
  useEffect(() => {
    if (heard) return;
    const timer = setInterval(async () => {
      // A try that fails is followed by the next.
      const { items } = await read(route.$get()).catch(() => ({ items: [] }));
      const found = items.find(({ id, lastReceivedAt }) => id === made.id && lastReceivedAt !== null);
      if (!found) return;
      setHeard(found);
      onHeard(found);
    }, listenMs);
    return () => clearInterval(timer);
  }, [heard]);
  return (
    <div class="channel-form">
      <ol class="channel-steps">
        {codeHostGuides[made.kind].steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <SecretOnce label="Address" secret={`${location.origin}${made.webhookPath}`}>
        Where events are sent. It is no secret.
      </SecretOnce>
      <SecretOnce label="Secret" secret={made.secret}>
        Shown this once. Events are signed with it.
      </SecretOnce>
      {heard ? (
        <Notice tone="good">It works: {heard.lastEvent} was received.</Notice>
      ) : (
        <Notice>Waiting for {codeHostGuides[made.kind].name} to say hello…</Notice>
      )}
    </div>
  );
}

interface CodeHostFormProps {
  kind: IntegrationKind;
  /** Through the App: it brings its own access and knows the address. */
  isInstalled?: boolean;
  initial: IntegrationValues;
  /** Of one that there is. */
  webhookPath?: string;
  hasToken?: boolean;
  verb: string;
  onSubmit: (values: IntegrationValues) => Promise<void>;
}

/** What an integration starts, and what it may say. */
export function CodeHostForm({
  kind,
  isInstalled = false,
  initial,
  webhookPath,
  hasToken = false,
  verb,
  onSubmit,
}: CodeHostFormProps) {
  const { projects } = useOrganization();
  const { tokenHint, secretHint, apiPlaceholder } = codeHostGuides[kind];
  const form = useMemo(
    () =>
      formModel<IntegrationValues>(initial, {
        check: ({ name }) => (isInstalled ? {} : { name: nameProblem(name, 'the integration’s name') }),
        submit: onSubmit,
        fieldOf,
        now: Date.now,
      }),
    [],
  );
  const values = form.values.value;
  const field = (name: keyof IntegrationValues) => ({
    name,
    autocomplete: 'off',
    spellcheck: false,
    value: values[name],
    error: form.errors.value[name],
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => form.set(name, currentTarget.value),
  });
  return (
    <Form class="channel-form" onSubmit={form.submit}>
      <Field {...field('name')} label="Name" placeholder={isInstalled ? 'As the account on GitHub' : 'acme/web'} />
      <SelectField label="Project" value={values.projectId} onChange={(id) => form.set('projectId', id)}>
        {projects.items.value?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <fieldset class="trigger-choices">
        <legend class="field-label">A session starts when</legend>
        {switchedTriggers.map(({ on, label }) => (
          <label key={on}>
            <input
              type="checkbox"
              checked={values[on] !== ''}
              onChange={({ currentTarget }) => form.set(on, currentTarget.checked ? 'on' : '')}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Field {...field('label')} label="Or when this label is set" placeholder="flightdeck" hint="Leave it empty for none." />
      <SelectField label="Asked by" value={values.who} onChange={(who) => form.set('who', who)}>
        <option value="members">people who may write to the repository</option>
        <option value="anyone">anyone at all</option>
      </SelectField>
      <Field
        {...field('names')}
        label="And by these people"
        placeholder="octocat, hubot"
        hint="Their names over there, separated by commas."
      />
      {!isInstalled && (
        <>
          {webhookPath !== undefined && (
            <SecretOnce label="Address" secret={`${location.origin}${webhookPath}`}>
              Where events are sent. It is no secret.
            </SecretOnce>
          )}
          <PasswordField
            {...field('secret')}
            label="Secret"
            hint={webhookPath === undefined ? secretHint : 'There is one. Leave this empty to keep it.'}
          />
          <PasswordField
            {...field('accessToken')}
            label="Access token for comments"
            hint={hasToken ? 'There is one. Leave this empty to keep it.' : tokenHint}
          />
          <Field
            {...field('apiUrl')}
            label="API address"
            placeholder={apiPlaceholder}
            hint="Only for one that you host yourselves."
          />
        </>
      )}
      <Submit verb={verb} busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
    </Form>
  );
}
