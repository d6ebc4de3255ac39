import type { ComponentChildren } from 'preact';
import { Logo } from '../shell/logo.tsx';

interface AuthFrameProps {
  title: string;
  lead?: ComponentChildren;
  /** The other way in. */
  foot?: ComponentChildren;
  children: ComponentChildren;
}

/** The one column of the pages before the shell. */
export function AuthFrame({ title, lead, foot, children }: AuthFrameProps) {
  return (
    <main class="auth" id="main">
      <div class="auth-horizon" aria-hidden="true" />
      <div class="auth-column">
        <div class="auth-brand">
          <Logo size={26} />
          <span>Flightdeck</span>
        </div>
        <h1>{title}</h1>
        {lead && <p class="muted">{lead}</p>}
        {children}
        {foot && <p class="auth-foot">{foot}</p>}
      </div>
    </main>
  );
}
