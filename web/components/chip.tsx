import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import './chip.css';

interface ChipProps {
  children: ComponentChildren;
  /** Pressed: the filter is on. */
  on?: boolean;
  onClick?: () => void;
  /** Adds a cross that takes the filter away. */
  onRemove?: () => void;
  /** Names the chip in "Remove …". */
  name?: string;
}

/** A small label; with `onClick` a toggle, with `onRemove` a filter in force. */
export function Chip({ children, on, onClick, onRemove, name }: ChipProps) {
  if (onRemove) {
    return (
      <span class="chip on">
        {children}
        <button type="button" class="chip-remove" aria-label={`Remove ${name ?? 'filter'}`} onClick={onRemove}>
          <Icon name="close" size={12} />
        </button>
      </span>
    );
  }
  if (!onClick) return <span class="chip">{children}</span>;
  return (
    <button type="button" class={`chip ${on ? 'on' : ''}`} aria-pressed={on ?? false} onClick={onClick}>
      {children}
    </button>
  );
}

/** A key of the keyboard. */
export function Kbd({ children }: { children: ComponentChildren }) {
  return <kbd class="kbd">{children}</kbd>;
}
