import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import { Said } from '../../components/timeline/said.tsx';
import { showFailure } from '../../components/toast.tsx';

interface SessionTitleProps {
  title: string;
  editing: boolean;
  /** Undefined: this reader may not rename. */
  onEdit: ((editing: boolean) => void) | undefined;
  onRename: (title: string) => Promise<void>;
}

/** The title, which is a field once somebody presses it. Enter keeps, Escape leaves it. */
export function SessionTitle({ title, editing, onEdit, onRename }: SessionTitleProps) {
  const [draft, setDraft] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (!editing) return;
    input.current?.focus();
    input.current?.select();
  }, [editing]);

  if (!editing || !onEdit) {
    return (
      <h1 class={onEdit ? 'editable' : 'truncate'} title={draft ?? title}>
        {onEdit ? (
          <button
            type="button"
            class="session-title"
            onClick={() => onEdit(true)}
            aria-label={`Rename: ${(draft ?? title) || 'Untitled'}`}
          >
            <Said text={(draft ?? title) || 'Untitled'} />
          </button>
        ) : (
          <Said text={title || 'Untitled'} />
        )}
      </h1>
    );
  }

  const keep = async () => {
    const next = input.current?.value.trim() ?? '';
    onEdit(false);
    if (next === '' || next === title) return;
    setDraft(next);
    try {
      await onRename(next);
    } catch (error) {
      showFailure(error);
    } finally {
      setDraft(undefined);
    }
  };
  return (
    <h1 class="session-title-edit">
      <input
        ref={input}
        class="input"
        aria-label="Title"
        defaultValue={title}
        maxLength={limits.maxTitleLength}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key !== 'Escape') return;
          event.currentTarget.value = title;
          event.currentTarget.blur();
        }}
      />
    </h1>
  );
}
