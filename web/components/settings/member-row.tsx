import type { Member, Role } from '../../../wire/identity.ts';
import { allRoles, mayManageMembers, rolesUpTo } from '../../models/rights.ts';
import { Avatar } from '../avatar.tsx';
import { IconButton } from '../button.tsx';
import { SelectField } from '../field.tsx';
import { Menu, type MenuItem } from '../menu.tsx';

interface MemberRowProps {
  member: Member;
  self: boolean;
  ownRole: Role;
  onRole: (role: Role) => void;
  onReset: () => void;
  onRemove: () => void;
  onErase: () => void;
}

export function MemberRow({ member, self, ownRole, onRole, onReset, onRemove, onErase }: MemberRowProps) {
  const { user, role } = member;
  const manageable = mayManageMembers(ownRole) && rolesUpTo(ownRole).includes(role);
  const erase = {
    label: self ? 'Erase your data…' : `Erase ${user.name}…`,
    icon: 'trash',
    danger: true,
    onSelect: onErase,
  } as const;
  const others: MenuItem[][] = [
    [{ label: 'Create password reset link', icon: 'key', onSelect: onReset }],
    [{ label: `Remove ${user.name}`, icon: 'logout', danger: true, onSelect: onRemove }, erase],
  ];
  return (
    <>
      <Avatar name={user.name} id={user.id} />
      <span class="row-main">
        <strong class="truncate">
          {user.name}
          {self && <span class="faint"> you</span>}
        </strong>
        <span class="faint truncate">{user.email}</span>
      </span>
      {manageable ? (
        <SelectField
          bare
          label={`Role of ${user.name}`}
          value={role}
          onChange={(next) => onRole(allRoles.find((option) => option === next) ?? role)}
        >
          {rolesUpTo(ownRole).map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </SelectField>
      ) : (
        <span class="muted">{role}</span>
      )}
      {manageable || self ? (
        <Menu label={`More about ${user.name}`} align="end" groups={self ? [[erase]] : others}>
          {(trigger) => <IconButton icon="more" label={`More about ${user.name}`} {...trigger} />}
        </Menu>
      ) : (
        <span class="row-no-menu" />
      )}
    </>
  );
}
