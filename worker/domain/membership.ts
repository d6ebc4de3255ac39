import type { Role } from '../../wire/identity.ts';
import { allows, outranks } from './access.ts';

/** Whether somebody may make another one a member with `role`: nobody gives a role above their own. */
export const mayInvite = (inviter: Role, role: Role): boolean => allows(inviter, 'invitation.manage') && !outranks(role, inviter);

/** Whether somebody may turn a member's role into another: neither may be above their own. */
export const mayChangeRole = (actor: Role, before: Role, after: Role): boolean =>
  allows(actor, 'member.manage') && !outranks(before, actor) && !outranks(after, actor);

/** A member as their organization's administrators may need to help them. */
export interface ResetCase {
  organizationId: string;
  /** undefined: no longer a member. */
  actorRole: Role | undefined;
  memberships: { organizationId: string; role: Role }[];
}

/**
 * Whether a member's password may be reset by an administrator: only where the account lives in this organization alone.
 * Otherwise the administrators of one tenant could take over an account in another.
 */
export function mayResetPassword({ organizationId, actorRole, memberships }: ResetCase): boolean {
  const [only, ...others] = memberships;
  if (!actorRole || !only || others.length > 0 || only.organizationId !== organizationId) return false;
  return allows(actorRole, 'member.reset_password') && !outranks(only.role, actorRole);
}
