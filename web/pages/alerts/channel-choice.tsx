import type { Channel } from '../../../wire/channel.ts';

interface ChannelChoiceProps {
  channels: readonly Channel[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}

/** Whom the rule tells besides the page. */
export function ChannelChoice({ channels, chosen, onChange }: ChannelChoiceProps) {
  return (
    <fieldset class="alert-channels">
      <legend>and tell, besides this page</legend>
      {channels.length === 0 && <p class="muted">nobody: no channel is set up yet.</p>}
      {channels.map(({ id, name, kind }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
          {name} <span class="muted">{kind}</span>
        </label>
      ))}
    </fieldset>
  );
}
