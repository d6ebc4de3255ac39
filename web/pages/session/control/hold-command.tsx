import { CopyButton } from '../../../components/copy-button.tsx';

/** What lets an agent begin or go on, to be pasted into a terminal. */
export function HoldCommand({ command }: { command: string }) {
  return (
    <span class="hold-command">
      <code>{command}</code>
      <CopyButton text={command} label="Copy the command" iconOnly />
    </span>
  );
}
