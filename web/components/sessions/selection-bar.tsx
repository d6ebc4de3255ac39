import type { ExportFormat } from '../../../wire/export.ts';
import { plural } from '../../format.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { Button, IconButton } from '../button.tsx';
import { Menu } from '../menu.tsx';
import './selection-bar.css';

interface SelectionBarProps {
  count: number;
  /** All that are loaded are chosen already. */
  isAll: boolean;
  /** What is under way; its button says so. */
  busy: 'export' | 'trash' | undefined;
  onAll: () => void;
  onClear: () => void;
  onExport: (format: ExportFormat) => void;
  /** Undefined where not exactly two are chosen. */
  onCompare: (() => void) | undefined;
  /** Undefined: this reader may not. */
  onTrash: (() => void) | undefined;
}

const formats: { format: ExportFormat; label: string }[] = [
  { format: 'json', label: 'JSON' },
  { format: 'markdown', label: 'Markdown' },
  { format: 'archive', label: 'Archive, with snapshots' },
];

/** How many rows are chosen, and what can be done with all of them. */
export function SelectionBar({ count, isAll, busy, onAll, onClear, onExport, onCompare, onTrash }: SelectionBarProps) {
  useShortcuts('Selected sessions', [{ keys: 'Escape', label: 'Select none', run: onClear }]);
  const none = count === 0 || busy !== undefined;
  return (
    <div class="selection-bar" role="toolbar" aria-label="Selected sessions">
      <span class="selection-count" role="status">
        {count === 0 ? 'Tap sessions' : `${plural(count, 'session')}`}
      </span>
      <Button size="small" kind="quiet" disabled={isAll} onClick={onAll}>
        All
      </Button>
      <Menu
        label="Export as"
        side="above"
        groups={[formats.map(({ format, label }) => ({ label, icon: 'download', onSelect: () => onExport(format) }))]}
      >
        {({ buttonRef, ...trigger }) => (
          <Button size="small" icon="download" busy={busy === 'export'} disabled={none} buttonRef={buttonRef} {...trigger}>
            Export
          </Button>
        )}
      </Menu>
      <Button
        size="small"
        icon="compare"
        disabled={none || !onCompare}
        title={onCompare ? undefined : 'Select exactly two sessions'}
        onClick={onCompare}
      >
        Compare
      </Button>
      {onTrash && (
        <Button size="small" icon="trash" busy={busy === 'trash'} disabled={none} onClick={onTrash}>
          Move to trash
        </Button>
      )}
      <IconButton icon="close" label="Select none" onClick={onClear} />
    </div>
  );
}
