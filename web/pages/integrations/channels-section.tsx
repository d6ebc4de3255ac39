import { useState } from 'preact/hooks';
import type { Channel } from '../../../wire/channel.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Section } from '../../components/settings/section.tsx';
import { showFailure } from '../../components/toast.tsx';
import { type ItemList, withItem } from '../../models/item-list.ts';
import { mayManageChannels } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { ChannelDialog, ChannelSettingsDialog } from './channel-dialog.tsx';
import { ChannelRow } from './channel-row.tsx';

const route = client.api.channels;

/** What is done to which channel at the moment. */
type Act = { verb: 'settings' | 'rotate' | 'remove'; channel: Channel } | { verb: 'create' } | { verb: 'secret'; secret: string };

/** Where alerts go. */
export function ChannelsSection({ channels }: { channels: ItemList<Channel> }) {
  const { organization } = useOrganization();
  const manages = mayManageChannels(organization.role);
  const [act, setAct] = useState<Act | null>(null);
  const close = () => setAct(null);
  const put = (channel: Channel) => channels.update((all) => withItem(all, channel));
  const toggle = async ({ id, isEnabled }: Channel) => {
    try {
      put(await read(route[':id'].$patch({ param: { id }, json: { isEnabled: !isEnabled } })));
    } catch (error) {
      showFailure(error);
    }
  };
  return (
    <Section
      title="Channels"
      lead="Where alerts reach people. Alert rules name the channels that they tell."
      action={
        manages && (
          <Button kind="primary" icon="plus" onClick={() => setAct({ verb: 'create' })}>
            New channel
          </Button>
        )
      }
    >
      <ItemRows
        list={channels}
        what="Channels"
        empty={manages ? 'None yet: alerts show on the Alerts page alone.' : 'None yet. Admins set them up.'}
        keyOf={({ id }) => id}
      >
        {(channel) => (
          <ChannelRow
            channel={channel}
            verbs={
              manages
                ? {
                    settings: () => setAct({ verb: 'settings', channel }),
                    toggle: () => toggle(channel),
                    rotate: () => setAct({ verb: 'rotate', channel }),
                    remove: () => setAct({ verb: 'remove', channel }),
                  }
                : undefined
            }
          />
        )}
      </ItemRows>
      {act?.verb === 'create' && <ChannelDialog onClose={close} onMade={put} />}
      {act?.verb === 'settings' && <ChannelSettingsDialog channel={act.channel} onClose={close} onChanged={put} />}
      <Confirm
        open={act?.verb === 'rotate'}
        title={`A new secret for ${act?.verb === 'rotate' ? act.channel.name : ''}?`}
        verb="Make a new secret"
        onClose={() => setAct((now) => (now?.verb === 'secret' ? now : null))}
        onConfirm={async () => {
          if (act?.verb !== 'rotate') return;
          const { secret } = await read(route[':id'].secret.$post({ param: { id: act.channel.id } }));
          if (secret !== null) setAct({ verb: 'secret', secret });
        }}
      >
        <p>For a day requests are signed with both, the old and the new one; then with the new one alone.</p>
      </Confirm>
      <Dialog
        open={act?.verb === 'secret'}
        title="New signing secret"
        onClose={close}
        actions={<Button onClick={close}>Done</Button>}
      >
        {act?.verb === 'secret' && (
          <SecretOnce label="Signing secret" secret={act.secret}>
            Shown this once. The old one is in force for another day.
          </SecretOnce>
        )}
      </Dialog>
      <Confirm
        open={act?.verb === 'remove'}
        title={`Delete ${act?.verb === 'remove' ? act.channel.name : ''}?`}
        verb="Delete channel"
        onClose={close}
        onConfirm={async () => {
          if (act?.verb !== 'remove') return;
          const { id } = act.channel;
          await read(route[':id'].$delete({ param: { id } }));
          channels.update((all) => all.filter((channel) => channel.id !== id));
        }}
      >
        <p>Alerts no longer go there, and what waits for it is not sent. Its settings are gone; the delivery log stays.</p>
      </Confirm>
    </Section>
  );
}
