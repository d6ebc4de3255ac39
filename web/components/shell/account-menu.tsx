import { useLocation } from 'preact-iso';
import type { Organization, User } from '../../../wire/identity.ts';
import { setTheme, type Theme, theme } from '../../theme.ts';
import { Avatar } from '../avatar.tsx';
import type { IconName } from '../icon.tsx';
import { Menu, type MenuItem } from '../menu.tsx';
import { shellPages } from './shell-pages.ts';

interface AccountMenuProps {
  user: User;
  organization: Organization;
  organizations: Organization[];
  onLogout: () => void;
  onShowShortcuts: () => void;
  /** In the bottom bar it also leads to the pages, and switches organizations, that have no other place there. */
  phone?: boolean;
}

const themes: { value: Theme; label: string; icon: IconName }[] = [
  { value: 'system', label: 'System theme', icon: 'screen' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
];

/** The person at the bottom: who you are, your theme, the way out. */
export function AccountMenu({ user, organization, organizations, onLogout, onShowShortcuts, phone = false }: AccountMenuProps) {
  const { route } = useLocation();
  const switches: MenuItem[] = organizations.map(({ id, name }) => ({
    label: name,
    checked: id === organization.id,
    onSelect: () => route(`/${id}/sessions`),
  }));
  const elsewhere: MenuItem[] = shellPages
    .filter(({ atThumb }) => !atThumb)
    .map(({ path, icon, label }) => ({ label, icon, onSelect: () => route(`/${organization.id}/${path}`) }));
  return (
    <Menu
      label="Account"
      side="above"
      align={phone ? 'end' : 'start'}
      header={
        <>
          <strong class="truncate">{user.name}</strong>
          <div class="faint truncate">{user.email}</div>
        </>
      }
      groups={[
        phone ? elsewhere : [],
        phone && organizations.length > 1 ? switches : [],
        themes.map(({ value, label, icon }) => ({
          label,
          icon,
          checked: theme.value === value,
          onSelect: () => setTheme(value),
        })),
        [
          { label: 'Profile', icon: 'person', onSelect: () => route(`/${organization.id}/settings/profile`) },
          ...(phone ? [] : [{ label: 'Keyboard', icon: 'keyboard' as const, hint: '?', onSelect: onShowShortcuts }]),
        ],
        [{ label: 'Log out', icon: 'logout', onSelect: onLogout }],
      ]}
    >
      {({ buttonRef, ...trigger }) => (
        <button type="button" class={phone ? 'rail-link' : 'account-button'} ref={buttonRef} {...trigger} title={user.name}>
          <Avatar name={user.name} id={user.id} size={phone ? 18 : 24} />
          <span class="rail-label truncate">{phone ? 'You' : user.name}</span>
          <span class="visually-hidden">Account</span>
        </button>
      )}
    </Menu>
  );
}
