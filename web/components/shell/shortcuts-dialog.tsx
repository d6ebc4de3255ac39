import { modKey, shortcutGroups } from '../../shortcuts.ts';
import { Kbd } from '../chip.tsx';
import { Dialog } from '../dialog.tsx';

/** Every key that works on this page. */
export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} title="Keyboard" onClose={onClose}>
      {merged().map((group) => (
        <section class="shortcut-group" key={group.title}>
          <h3>{group.title}</h3>
          <dl>
            {group.shortcuts.map(({ keys, label }) => (
              <div key={keys}>
                <dt>{label}</dt>
                <dd>
                  {keys.split(/[ +]/).map((key) => (
                    <Kbd key={key}>{named(key)}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

/** A page and a part of it may each bring keys under one title. */
function merged() {
  const byTitle = Map.groupBy(shortcutGroups.value, ({ title }) => title);
  return [...byTitle].map(([title, groups]) => ({ title, shortcuts: groups.flatMap(({ shortcuts }) => shortcuts) }));
}

function named(key: string): string {
  if (key === 'mod') return modKey;
  const arrows: Record<string, string> = {
    ArrowDown: 'Down',
    ArrowUp: 'Up',
    ArrowLeft: 'Left',
    ArrowRight: 'Right',
    Escape: 'Esc',
  };
  return arrows[key] ?? key;
}
