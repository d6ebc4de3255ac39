import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import './menu.css';

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** A drawing of its own in the icon's place. */
  mark?: ComponentChildren;
  hint?: string;
  /** A radio or check item shows its mark; undefined is a plain verb. */
  checked?: boolean;
  /** The menu stays for the next choice: one of several that may hold together. */
  keepOpen?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

/** What the button that opens the menu has to spread onto itself. */
export interface MenuTrigger {
  buttonRef: Ref<HTMLButtonElement>;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  'aria-controls': string;
  onClick: () => void;
}

interface MenuProps {
  label: string;
  /** Groups are divided by a hairline. */
  groups: MenuItem[][];
  align?: 'start' | 'end';
  side?: 'below' | 'above';
  header?: ComponentChildren;
  children: (trigger: MenuTrigger) => ComponentChildren;
}

/** A list of verbs under a button: arrows move, letters jump, Escape closes and gives the focus back. */
export function Menu({ label, groups, align = 'start', side = 'below', header, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    items(root.current)[0]?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Tab') setOpen(false);
    else if (event.key === 'Escape') close();
    else if (!moveFocus(items(root.current), event.key)) return;
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up here from the menu's own items.
    <div class="menu-root" ref={root} onKeyDown={onKeyDown}>
      {children({
        buttonRef: button,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-controls': id,
        onClick: () => setOpen(!open),
      })}
      {open && (
        <div class={`menu ${align} ${side}`} id={id} role="menu" aria-label={label}>
          {header && <div class="menu-header">{header}</div>}
          {groups
            .filter((group) => group.length > 0)
            .map((group) => (
              <div class="menu-group" key={group[0]?.label}>
                {group.map((item) => (
                  <Item key={item.label} item={item} close={close} />
                ))}
              </div>
            ))}
        </div>
      )}
    </div>
  );
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  const choose = () => {
    if (!item.keepOpen) close();
    item.onSelect();
  };
  const checkable = item.checked !== undefined;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role that goes with aria-checked is menuitemradio, two lines below.
    <button
      type="button"
      class={`menu-item ${item.danger ? 'danger' : ''}`}
      role={checkable ? checkableRole(item) : 'menuitem'}
      aria-checked={checkable ? item.checked : undefined}
      disabled={item.disabled}
      tabIndex={-1}
      onClick={choose}
    >
      {item.icon ? <Icon name={item.icon} /> : item.mark}
      <span class="truncate">{item.label}</span>
      {item.hint && <span class="menu-hint">{item.hint}</span>}
      {checkable && <span class="menu-check">{item.checked && <Icon name="check" size={14} />}</span>}
    </button>
  );
}

const checkableRole = (item: MenuItem) => (item.keepOpen ? 'menuitemcheckbox' : 'menuitemradio');

const items = (root: HTMLElement | null): HTMLButtonElement[] => [
  ...(root?.querySelectorAll<HTMLButtonElement>('.menu-item:not(:disabled)') ?? []),
];

function moveFocus(all: HTMLButtonElement[], key: string): boolean {
  const current = all.findIndex((item) => item.matches(':focus'));
  const target = targetOf(all, current, key);
  if (!target) return false;
  target.focus();
  return true;
}

function targetOf(all: HTMLButtonElement[], current: number, key: string): HTMLButtonElement | undefined {
  if (key === 'ArrowDown') return all[(current + 1) % all.length];
  if (key === 'ArrowUp') return all[(current - 1 + all.length) % all.length];
  if (key === 'Home') return all[0];
  if (key === 'End') return all.at(-1);
  if (key.length !== 1 || key === ' ') return undefined;
  const after = [...all.slice(current + 1), ...all.slice(0, current + 1)];
  return after.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}
