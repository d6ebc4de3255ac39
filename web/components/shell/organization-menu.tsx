import { useLocation } from 'preact-iso';
import type { Organization } from '../../../wire/identity.ts';
import { Icon } from '../icon.tsx';
import { Menu } from '../menu.tsx';
import { Logo } from './logo.tsx';

interface OrganizationMenuProps {
  organization: Organization;
  organizations: Organization[];
}

/** Says which organization this is about, and switches. */
export function OrganizationMenu({ organization, organizations }: OrganizationMenuProps) {
  const { route } = useLocation();
  return (
    <Menu
      label="Organizations"
      groups={[
        organizations.map(({ id, name, role }) => ({
          label: name,
          hint: role,
          checked: id === organization.id,
          onSelect: () => route(`/${id}/sessions`),
        })),
        [{ label: 'New organization', icon: 'plus', onSelect: () => route(`/${organization.id}/settings/organization#new`) }],
      ]}
    >
      {({ buttonRef, ...trigger }) => (
        <button type="button" class="organization-button" ref={buttonRef} {...trigger} title={organization.name}>
          <Logo />
          <span class="rail-label truncate">{organization.name}</span>
          <span class="rail-label-icon">
            <Icon name="updown" size={14} />
          </span>
          <span class="visually-hidden">Switch organization</span>
        </button>
      )}
    </Menu>
  );
}
