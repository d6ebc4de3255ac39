import { useMemo, useState } from 'preact/hooks';
import { type Channel, ChannelKind } from '../../../wire/channel.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, PasswordField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Submit } from '../../components/submit.tsx';
import {
  type ChannelField,
  type ChannelValues,
  channelGuides,
  channelProblems,
  emptyChannel,
  patchIn,
  settingsIn,
} from '../../models/alerts/channel-guides.ts';
import { formModel } from '../../models/form.ts';
import { ChannelTestOutcome, useChannelTest } from './channel-test.tsx';
import { KindChoice } from './kind-choice.tsx';

const route = client.api.channels;

interface ChannelDialogProps {
  onClose: () => void;
  onMade: (channel: Channel) => void;
}

/** Sets a channel up: which kind, what to do over there, what to paste here, and a test that says whether it works. */
export function ChannelDialog({ onClose, onMade }: ChannelDialogProps) {
  const [kind, setKind] = useState<ChannelKind | null>(null);
  const [made, setMade] = useState<{ secret: string | null } | null>(null);
  const test = useChannelTest();
  return (
    <Dialog
      open
      title={kind ? `New channel: ${channelGuides[kind].name}` : 'New channel'}
      onClose={onClose}
      actions={made ? <Button onClick={onClose}>Done</Button> : undefined}
    >
      {!kind && <KindChoice kinds={ChannelKind.options} guides={channelGuides} onChoose={setKind} />}
      {kind && !made && (
        <ChannelForm
          kind={kind}
          verb="Save and send a test"
          onSubmit={async (values) => {
            const json = { name: values.name.trim(), settings: settingsIn(kind, values) };
            const { secret, ...channel } = await read(route.$post({ json }, once()));
            onMade(channel);
            setMade({ secret });
            void test.start(channel.id);
          }}
        />
      )}
      {made?.secret && (
        <SecretOnce label="Signing secret" secret={made.secret}>
          Shown this once. Your service verifies each request with it.
        </SecretOnce>
      )}
      {made && <ChannelTestOutcome test={test} />}
    </Dialog>
  );
}

/** Gives a channel another name, or other settings; those it has are never shown. */
export function ChannelSettingsDialog({
  channel,
  onClose,
  onChanged,
}: Pick<ChannelDialogProps, 'onClose'> & {
  channel: Channel;
  onChanged: (channel: Channel) => void;
}) {
  return (
    <Dialog open title={`Settings of ${channel.name}`} onClose={onClose}>
      <ChannelForm
        kind={channel.kind}
        initial={{ ...emptyChannel(channel.kind), name: channel.name }}
        isThere
        verb="Save settings"
        onSubmit={async (values) => {
          const settings = patchIn(channel.kind, values);
          const json = { name: values.name.trim(), ...(settings && { settings }) };
          onChanged(await read(route[':id'].$patch({ param: { id: channel.id }, json })));
          onClose();
        }}
      />
    </Dialog>
  );
}

interface ChannelFormProps {
  kind: ChannelKind;
  initial?: ChannelValues;
  /** It has settings, which stay where none are entered. */
  isThere?: boolean;
  verb: string;
  onSubmit: (values: ChannelValues) => Promise<void>;
}

function ChannelForm({ kind, initial, isThere = false, verb, onSubmit }: ChannelFormProps) {
  const { steps, fields } = channelGuides[kind];
  const form = useMemo(
    () =>
      formModel<ChannelValues>(initial ?? emptyChannel(kind), {
        check: (values) => channelProblems(kind, values, isThere),
        submit: onSubmit,
        now: Date.now,
      }),
    [kind],
  );
  const givesUp = form.values.value.app !== '';
  const field = ({ name, secret, optional, hint, ...words }: Omit<ChannelField, 'name'> & { name: keyof ChannelValues }) => {
    const Input = secret ? PasswordField : Field;
    return (
      <Input
        key={name}
        {...words}
        // What an empty one means for a new channel is not what it means for one that there is.
        {...(!(isThere && optional) && { hint })}
        disabled={givesUp && name === 'settings.token'}
        name={name}
        autocomplete="off"
        spellcheck={false}
        value={form.values.value[name]}
        error={form.errors.value[name]}
        onInput={(event) => form.set(name, event.currentTarget.value)}
      />
    );
  };
  return (
    <Form class="channel-form" onSubmit={form.submit}>
      {isThere ? (
        fields.length > 0 && <p class="muted">Its settings are not shown. What you leave empty stays as it is.</p>
      ) : (
        <ol class="channel-steps">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {fields.map(field)}
      {isThere && kind === 'slack' && (
        <fieldset class="trigger-choices">
          <legend class="visually-hidden">Whose bot token</legend>
          <label>
            <input
              type="checkbox"
              checked={givesUp}
              onChange={({ currentTarget }) => form.set('app', currentTarget.checked ? 'on' : '')}
            />
            Use the organization’s app from now on, without a bot token of the channel’s own
          </label>
        </fieldset>
      )}
      {field({ name: 'name', label: 'Name', placeholder: 'Where it goes', hint: 'As alert rules show it.' })}
      <Submit verb={verb} busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
    </Form>
  );
}
