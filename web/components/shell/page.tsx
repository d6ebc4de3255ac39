import { type ReadonlySignal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { LiveState } from '../../live-socket.ts';
import { ConnectionLine } from './connection-line.tsx';

interface PageProps {
  /** The heading, and the browser tab's name. */
  title: string;
  /** What stands in the heading's place where a plain title is not enough; it has to contain the h1. */
  heading?: ComponentChildren;
  /** Verbs at the header's end. */
  actions?: ComponentChildren;
  /** The live socket's state; a page without one has a plain hairline. */
  connection?: ReadonlySignal<LiveState>;
  /** Content that scrolls inside itself (a virtual list) and takes exactly the rest of the window. */
  fixed?: boolean;
  children: ComponentChildren;
}

/** A page inside the shell: header, connection line, content. */
export function Page({ title, heading, actions, connection, fixed, children }: PageProps) {
  useTitle(title);
  return (
    <div class={`page ${fixed ? 'fixed' : ''}`}>
      <header class="page-header">
        {heading ?? <h1 class="truncate">{title}</h1>}
        {actions && <div class="page-actions">{actions}</div>}
        {connection ? <ConnectionLine connection={connection.value} /> : <div class="connection none" />}
      </header>
      <div class="page-content">{children}</div>
    </div>
  );
}

/** How many calls wait for a person: it stands before every tab's name. */
export const waitingInTitle = signal(0);

/** Names the browser's tab. */
export function useTitle(title: string): void {
  const waiting = waitingInTitle.value;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title} · Flightdeck`;
  }, [title, waiting]);
}
