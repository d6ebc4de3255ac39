import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SlackApp } from '../../../wire/slack.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CodeBox } from '../../components/connect/code-box.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { PasswordField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import { formModel } from '../../models/form.ts';

const route = client.api.slack;

interface SlackDialogProps {
  manifest: string;
  onClose: () => void;
  onConnected: () => void;
}

/** Connects the organization's Slack app: what to paste over there, what to paste here, and whether Slack was heard. */
export function SlackDialog({ manifest, onClose, onConnected }: SlackDialogProps) {
  const [app, setApp] = useState<SlackApp | null>(null);
  const form = useMemo(
    () =>
      formModel(
        { botToken: '', signingSecret: '' },
        {
          check: ({ botToken, signingSecret }) => ({
            botToken: botToken.trim() === '' ? 'Paste the bot token.' : undefined,
            signingSecret: signingSecret.trim() === '' ? 'Paste the signing secret.' : undefined,
          }),
          async submit({ botToken, signingSecret }) {
            const json = { botToken: botToken.trim(), signingSecret: signingSecret.trim() };
            setApp(await read(route.$put({ json })));
            onConnected();
          },
          now: Date.now,
        },
      ),
    [],
  );
  const field = (name: 'botToken' | 'signingSecret') => ({
    name,
    autocomplete: 'off',
    spellcheck: false,
    value: form.values.value[name],
    error: form.errors.value[name],
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => form.set(name, currentTarget.value),
  });
  return (
    <Dialog open title="Connect Slack" onClose={onClose} actions={app ? <Button onClick={onClose}>Done</Button> : undefined}>
      {!app && (
        <Form class="channel-form" onSubmit={form.submit}>
          <ol class="channel-steps">
            <li>
              On{' '}
              <a href="https://api.slack.com/apps?new_app=1" target="_blank" rel="noreferrer">
                api.slack.com/apps
              </a>
              , choose Create New App, From a manifest, and your workspace. Take JSON, and paste this:
              <div class="slack-manifest">
                <CodeBox label="Manifest" text={manifest} />
                <CopyButton text={manifest} label="Copy manifest" />
              </div>
            </li>
            <li>Install the app to the workspace. Under OAuth & Permissions, copy the Bot User OAuth Token.</li>
            <li>Under Basic Information, App Credentials, copy the signing secret.</li>
          </ol>
          <PasswordField {...field('botToken')} label="Bot token" placeholder="xoxb-…" />
          <PasswordField {...field('signingSecret')} label="Signing secret" />
          <Submit verb="Connect" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
        </Form>
      )}
      {app && <Listening app={app} onHeard={onConnected} />}
    </Dialog>
  );
}

/** How often it is asked whether Slack was heard. */
const listenMs = 3000;

function Listening({ app, onHeard }: { app: SlackApp; onHeard: () => void }) {
  const [isHeard, setHeard] = useState(false);
  useEffect(() => {
    if (isHeard) return;
    const timer = setInterval(async () => {
      // A try that fails is followed by the next.
      const state = await read(route.$get()).catch(() => null);
      // What was heard of an app before this one says nothing of this one.
      if (!state?.app?.lastReceivedAt || state.app.lastReceivedAt < app.connectedAt) return;
      setHeard(true);
      onHeard();
    }, listenMs);
    return () => clearInterval(timer);
  }, [isHeard]);
  return (
    <div class="channel-form">
      <Notice tone="good">Slack knows the app in {app.teamName}.</Notice>
      {isHeard ? (
        <Notice tone="good">It works: Slack was heard, and signs with this secret.</Notice>
      ) : (
        <Notice>Type /flightdeck help in Slack. Waiting to hear it…</Notice>
      )}
    </div>
  );
}
