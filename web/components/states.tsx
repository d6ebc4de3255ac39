import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import './states.css';

interface EmptyStateProps {
  icon?: IconName;
  title: string;
  /** What to do about it. */
  children?: ComponentChildren;
}

export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div class="state empty">
      {icon && (
        <span class="state-icon">
          <Icon name={icon} size={20} />
        </span>
      )}
      <h2>{title}</h2>
      {children && <div class="muted">{children}</div>}
    </div>
  );
}

interface ErrorStateProps {
  /** What could not be done, to what. */
  title: string;
  /** Why, and what to do. */
  detail: string;
  onRetry?: () => void;
}

export function ErrorState({ title, detail, onRetry }: ErrorStateProps) {
  return (
    <div class="state error" role="alert">
      <span class="state-icon">
        <Icon name="warning" size={20} />
      </span>
      <h2>{title}</h2>
      <p class="muted">{detail}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** A line of text that has not arrived; `width` is its true width to come. */
export function Skeleton({ width = '100%', height = 12 }: { width?: string | number; height?: number }) {
  const inline = typeof width === 'number' ? `${width}px` : width;
  return <span class="skeleton" style={{ width: inline, height: `${height}px` }} aria-hidden="true" />;
}

/** A message about this place, in place: what happened and what to do. */
export function Notice({ tone = 'info', children }: { tone?: 'info' | 'good' | 'warn' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
