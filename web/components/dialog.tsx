import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';
import './dialog.css';

interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  /** Buttons, the safe one first. */
  actions?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}

/** A modal. The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ open, title, onClose, actions, wide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    if (!open) return dialog.current?.close();
    dialog.current?.showModal();
    // Left alone the browser focuses the first button, which closes the dialog again.
    const first = dialog.current?.querySelector<HTMLElement>('.dialog-content :is(input, select, textarea), footer button');
    first?.focus();
    if (first instanceof HTMLInputElement) first.select();
  }, [open]);

  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; its key is Escape, which the dialog handles itself.
    <dialog
      ref={dialog}
      class={`dialog ${wide ? 'wide' : ''}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <header>
          <h2 id={titleId}>{title}</h2>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </header>
        <div class="dialog-content">{children}</div>
        {actions && <footer>{actions}</footer>}
      </div>
    </dialog>
  );
}
