import { useState } from 'preact/hooks';
import type { Channel } from '../../../wire/channel.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { channelGuides } from '../../models/alerts/channel-guides.ts';
import { ChannelTestOutcome, useChannelTest } from './channel-test.tsx';

interface ChannelRowProps {
  channel: Channel;
  /** Left out for those who only look. */
  verbs?: {
    settings: () => void;
    toggle: () => Promise<void>;
    rotate: () => void;
    remove: () => void;
  };
}

export function ChannelRow({ channel, verbs }: ChannelRowProps) {
  const test = useChannelTest();
  const [busy, setBusy] = useState(false);
  const { name, kind, leadsTo, isEnabled, disabledWhy } = channel;
  const toggle = async () => {
    setBusy(true);
    await verbs?.toggle();
    setBusy(false);
  };
  return (
    <div class="channel-row">
      <div class="channel-line">
        <span class="row-main">
          <strong class="truncate">{name}</strong>
          <span class="muted truncate">
            {channelGuides[kind].name} · {leadsTo}
          </span>
        </span>
        {!isEnabled && <span class="channel-off">Off</span>}
        {verbs && isEnabled && (
          <Button size="small" busy={test.busy.value} onClick={() => test.start(channel.id)}>
            Send a test
          </Button>
        )}
        {verbs && !isEnabled && (
          <Button size="small" busy={busy} onClick={toggle}>
            Switch on
          </Button>
        )}
        {verbs && (
          <Menu
            label={`More for ${name}`}
            groups={[
              [
                { label: 'Name and settings…', icon: 'edit', onSelect: verbs.settings },
                ...(kind === 'webhook' ? [{ label: 'New secret…', icon: 'key' as const, onSelect: verbs.rotate }] : []),
                ...(isEnabled ? [{ label: 'Switch off', icon: 'pause' as const, onSelect: () => void toggle() }] : []),
              ],
              [{ label: 'Delete…', icon: 'trash', danger: true, onSelect: verbs.remove }],
            ]}
          >
            {({ buttonRef, ...trigger }) => (
              <IconButton icon="more" label={`More for ${name}`} buttonRef={buttonRef} {...trigger} />
            )}
          </Menu>
        )}
      </div>
      {disabledWhy && <p class="channel-why">Switched off. {disabledWhy}</p>}
      <ChannelTestOutcome test={test} />
    </div>
  );
}
