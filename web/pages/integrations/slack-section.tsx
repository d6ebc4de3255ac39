import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { SlackApp, SlackState } from '../../../wire/slack.ts';
import { client, read } from '../../api.ts';
import { slowNow } from '../../clock.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Menu } from '../../components/menu.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice, Skeleton } from '../../components/states.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { relative } from '../../format.ts';
import { asError } from '../../models/as-error.ts';
import { mayManageIntegrations } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { SlackDialog } from './slack-dialog.tsx';

const route = client.api.slack;

/** The organization's Slack app, and who one is there. */
export function SlackSection() {
  const { organization } = useOrganization();
  const manages = mayManageIntegrations(organization.role);
  const state = useSignal<SlackState | null>(null);
  const failure = useSignal<Error | null>(null);
  const [act, setAct] = useState<'connect' | 'disconnect' | 'unlink' | null>(null);
  const load = async () => {
    failure.value = null;
    try {
      state.value = await read(route.$get());
    } catch (error) {
      failure.value = asError(error);
    }
  };
  useEffect(() => {
    load();
  }, []);
  const check = async () => {
    try {
      const { ok, detail } = await read(route.check.$post());
      showToast(detail, { tone: ok ? 'info' : 'bad' });
    } catch (error) {
      showFailure(error);
    }
  };
  const found = state.value;
  const close = () => setAct(null);
  return (
    <Section
      title="Slack"
      lead="Allow, deny, pause and raise from messages; list, show and start sessions with /flightdeck."
      action={
        manages &&
        found &&
        !found.app && (
          <Button icon="plus" onClick={() => setAct('connect')}>
            Connect Slack
          </Button>
        )
      }
    >
      {failure.value && (
        <Notice tone="bad">
          {failure.value.message}{' '}
          <Button size="small" onClick={load}>
            Try again
          </Button>
        </Notice>
      )}
      {!found && !failure.value && <Skeleton height={40} />}
      {found && !found.app && (
        <p class="rows-empty muted">{manages ? 'Slack is not connected yet.' : 'Slack is not connected yet. Admins do that.'}</p>
      )}
      {found?.app && (
        <ul class="rows">
          <li class="row">
            <span class="row-main">
              <strong class="truncate">{found.app.teamName}</strong>
              <span class="muted truncate">Connected by {found.app.connectedBy}</span>
            </span>
            <span class="channel-off">{standing(found.app)}</span>
            {manages && (
              <Menu
                label={`More for ${found.app.teamName}`}
                groups={[
                  [
                    { label: 'Check', icon: 'check', onSelect: () => void check() },
                    { label: 'Connect anew…', icon: 'edit', onSelect: () => setAct('connect') },
                  ],
                  [{ label: 'Disconnect…', icon: 'trash', danger: true, onSelect: () => setAct('disconnect') }],
                ]}
              >
                {({ buttonRef, ...trigger }) => (
                  <IconButton icon="more" label={`More for ${found.app?.teamName ?? ''}`} buttonRef={buttonRef} {...trigger} />
                )}
              </Menu>
            )}
          </li>
          <li class="row">
            <span class="row-main">
              <strong class="truncate">
                {found.account ? `You are @${found.account.slackName} there` : 'You are nobody there yet'}
              </strong>
              <span class="muted">
                {found.account
                  ? 'What that Slack user does, you do.'
                  : 'Type /flightdeck sessions in Slack: it answers with a link to say who you are.'}
              </span>
            </span>
            {found.account && (
              <Button size="small" onClick={() => setAct('unlink')}>
                Unlink
              </Button>
            )}
          </li>
        </ul>
      )}
      {act === 'connect' && found && <SlackDialog manifest={found.manifest} onClose={close} onConnected={load} />}
      <Confirm
        open={act === 'disconnect'}
        title="Disconnect Slack?"
        verb="Disconnect"
        onClose={close}
        onConfirm={async () => {
          await read(route.$delete());
          await load();
        }}
      >
        <p>
          Nothing from Slack is answered any more, channels without a token of their own send nothing, and who is who there is
          forgotten.
        </p>
      </Confirm>
      <Confirm
        open={act === 'unlink'}
        title="Unlink your Slack user?"
        verb="Unlink"
        onClose={close}
        onConfirm={async () => {
          await read(route.account.$delete());
          await load();
        }}
      >
        <p>It does nothing in your name any more. Linking again takes one click in Slack.</p>
      </Confirm>
    </Section>
  );
}

const standing = ({ lastReceivedAt }: SlackApp): string =>
  lastReceivedAt ? `Heard ${relative(Date.parse(lastReceivedAt), slowNow.value)}` : 'Nothing received yet';
