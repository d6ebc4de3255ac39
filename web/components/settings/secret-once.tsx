import type { ComponentChildren } from 'preact';
import { CopyButton } from '../copy-button.tsx';

interface SecretOnceProps {
  /** What it is: "Token", "Invitation link". */
  label: string;
  secret: string;
  /** What to know about it. */
  children: ComponentChildren;
}

/** A secret that is shown this once, ready to copy. */
export function SecretOnce({ label, secret, children }: SecretOnceProps) {
  return (
    <div class="secret-once">
      <div class="secret">
        <input class="mono" readOnly aria-label={label} value={secret} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={secret} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <p class="faint">{children}</p>
    </div>
  );
}
