import type { ComponentChildren } from 'preact';
import './file-field.css';

interface FileFieldProps {
  label: string;
  /** As an input has it. */
  accept: string;
  /** How much of what is taken. */
  hint: ComponentChildren;
  disabled?: boolean;
  onChoose: (file: File | undefined) => void;
}

/** A file of the reader's own machine. */
export function FileField({ label, accept, hint, disabled, onChoose }: FileFieldProps) {
  return (
    <label class="file-field">
      <span class="field-label">{label}</span>
      <input type="file" accept={accept} disabled={disabled} onChange={(event) => onChoose(event.currentTarget.files?.[0])} />
      <span class="faint">{hint}</span>
    </label>
  );
}

/** How much of a file is sent, 0 to 1, and what is done with it after; nothing where `sent` is null. */
export function SendingBar({ sent, after }: { sent: number | null; after: string }) {
  if (sent === null) return null;
  return (
    <label class="sending-bar">
      <span>{sent < 1 ? 'Sending' : after}</span>
      <progress value={sent < 1 ? sent : undefined} max={1} />
    </label>
  );
}
