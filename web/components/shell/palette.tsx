import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type Command, findCommands } from '../../models/palette.ts';
import { Icon } from '../icon.tsx';
import { StatusMark } from '../status-mark.tsx';
import './palette.css';

interface PaletteProps {
  commands: readonly Command[];
  onClose: () => void;
}

/** Go anywhere, do anything: type a few letters, Enter. */
export function Palette({ commands, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const text = useSignal('');
  const at = useSignal(0);
  const id = useId();
  const found = findCommands(commands, text.value);
  const current = Math.min(at.value, found.length - 1);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // What was typed a moment ago may not be painted yet; Enter means it all the same.
    if (event.key === 'Enter') choose(findCommands(commands, text.peek())[at.peek()]);
    else if (event.key === 'ArrowDown') at.value = (current + 1) % Math.max(1, found.length);
    else if (event.key === 'ArrowUp') at.value = (current - 1 + found.length) % Math.max(1, found.length);
    else if (event.key === 'k' && (event.metaKey || event.ctrlKey)) onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; its key is Escape, which the dialog handles itself.
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Go anywhere, do anything"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="palette-body">
        <div class="palette-search">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
            aria-label="Command or session"
            placeholder="Go to a page or session, or do something"
            autocomplete="off"
            spellcheck={false}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
              at.value = 0;
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div class="palette-list" id={`${id}-list`} role="listbox" aria-label="Commands">
          {found.map((command, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus.
            // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here instead.
            <div
              key={command.id}
              id={`${id}-${i}`}
              class="palette-item"
              role="option"
              aria-selected={i === current}
              onClick={() => choose(command)}
              onPointerMove={() => {
                at.value = i;
              }}
            >
              {command.status ? <StatusMark status={command.status} /> : <Icon name="right" size={14} />}
              <span class="truncate">{command.label}</span>
              <span class="palette-section faint">{command.hint ?? command.section}</span>
            </div>
          ))}
          {found.length === 0 && <p class="palette-none muted">Nothing by that name.</p>}
        </div>
      </div>
    </dialog>
  );
}
