import type { Viewer } from '../../../wire/frame.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Icon } from '../../components/icon.tsx';
import './viewers.css';

const faces = 3;

/** Who else looks at this, by face and by name. */
export function Viewers({ viewers }: { viewers: readonly Viewer[] }) {
  if (viewers.length === 0) return null;
  const names = viewers
    .map((viewer) => (viewer.sockets > 1 ? `${viewer.name} (${viewer.sockets} tabs)` : viewer.name))
    .join(', ');
  const words = viewers.length === 1 ? '1 watching' : `${viewers.length} watching`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the names appear on focus as on hover.
    <span class="viewers" tabIndex={0} aria-label={`${words}: ${names}`} role="img">
      <Icon name="eye" size={14} />
      <span class="viewers-faces">
        {viewers.slice(0, faces).map((viewer) => (
          <Avatar key={viewer.userId} id={viewer.userId} name={viewer.name} size={20} />
        ))}
      </span>
      <span>{words}</span>
      <span class="viewers-names" aria-hidden="true">
        {viewers.map((viewer) => (
          <span key={viewer.userId}>
            <Avatar id={viewer.userId} name={viewer.name} size={20} />
            {viewer.name}
            {viewer.sockets > 1 && <small>{viewer.sockets} tabs</small>}
          </span>
        ))}
      </span>
    </span>
  );
}
