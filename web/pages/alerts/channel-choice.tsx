import type { Channel } from '../../../wire/channel.ts';
import { Button } from '../../components/button.tsx';
import { Skeleton } from '../../components/states.tsx';
import { plural } from '../../format.ts';
import { channelGuides } from '../../models/alerts/channel-guides.ts';
import type { ItemList } from '../../models/item-list.ts';

interface ChannelChoiceProps {
  channels: ItemList<Channel>;
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}

/** Whom the rule tells besides the page. */
export function ChannelChoice({ channels, chosen, onChange }: ChannelChoiceProps) {
  const items = channels.items.value;
  const failure = channels.failure.value;
  return (
    <fieldset class="alert-channels">
      <legend>and tell, besides this page</legend>
      {!items && !failure && <Skeleton width={180} />}
      {!items && failure && (
        <p role="alert">
          The channels did not load: {failure.message}
          {chosen.length > 0 && ` The rule keeps the ${plural(chosen.length, 'channel')} that it tells.`}{' '}
          <Button size="small" onClick={channels.load}>
            Try again
          </Button>
        </p>
      )}
      {items?.length === 0 && <p class="muted">nobody: no channel is set up yet.</p>}
      {items?.map(({ id, name, kind }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
          {name} <span class="muted">{channelGuides[kind].name}</span>
        </label>
      ))}
    </fieldset>
  );
}
