import type { ButtonHTMLAttributes, ComponentChildren, Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

interface Looks {
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'normal' | 'small';
  icon?: IconName;
  /** Work under way: the button keeps its width, cannot be pressed again, and says so. */
  busy?: boolean;
  /** Not to be pressed yet, but already where the keyboard can wait for it: `disabled` would turn the focus away. */
  waits?: boolean;
  children: ComponentChildren;
}

type ButtonProps = Looks &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'size' | 'icon'> & { buttonRef?: Ref<HTMLButtonElement> };

export function Button(props: ButtonProps) {
  const { kind = 'secondary', size = 'normal', icon, busy, waits, children, disabled, onClick, buttonRef, ...rest } = props;
  return (
    <button
      type="button"
      ref={buttonRef}
      {...rest}
      onClick={waits ? undefined : onClick}
      aria-disabled={waits ? 'true' : undefined}
      class={`button ${kind} ${size}`}
      disabled={busy || disabled}
      aria-busy={busy ? 'true' : undefined}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

type LinkButtonProps = Omit<Looks, 'busy' | 'waits'> & { href: string; external?: boolean };

/** A link that carries a button's weight. */
export function LinkButton({ kind = 'secondary', size = 'normal', icon, children, href }: LinkButtonProps) {
  return (
    <a class={`button ${kind} ${size}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'> & {
  icon: IconName;
  /** What it does: its screen-reader name and its tooltip. */
  label: string;
  buttonRef?: Ref<HTMLButtonElement>;
};

export function IconButton({ icon, label, buttonRef, class: extra, ...rest }: IconButtonProps) {
  return (
    <button type="button" ref={buttonRef} {...rest} class={`icon-button ${extra ?? ''}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
