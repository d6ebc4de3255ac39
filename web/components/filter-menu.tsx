import { Icon } from './icon.tsx';
import { Menu, type MenuItem } from './menu.tsx';

/** A menu that adds filters, opened by its quiet button. */
export function FilterMenu({ label, items }: { label: string; items: MenuItem[] }) {
  return (
    <Menu label={label} groups={[items]}>
      {({ buttonRef, ...trigger }) => (
        <button type="button" class="button quiet small" ref={buttonRef} {...trigger}>
          <span>{label}</span>
          <Icon name="down" size={12} />
        </button>
      )}
    </Menu>
  );
}
