import type { Role } from '../../wire/identity.ts';

/**
 * What the screen offers to whom. The server decides (its `access` table); this only keeps verbs away from people whom it would
 * refuse.
 */
const rank: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

const atLeast = (least: Role) => (role: Role) => rank[role] >= rank[least];

export const mayConnect = atLeast('member');
export const mayCreateProjects = atLeast('member');
export const mayEditProjects = atLeast('member');
export const mayManageMembers = atLeast('admin');
export const mayManageOrganization = atLeast('owner');
export const mayManageBudgets = atLeast('admin');
export const mayManagePrices = atLeast('admin');
export const mayEditSessions = atLeast('member');
export const mayDeleteSessions = atLeast('admin');
export const mayManageChannels = atLeast('admin');
export const mayManageIntegrations = atLeast('admin');
export const mayReadIntegrations = atLeast('member');
export const mayReadDeliveries = atLeast('member');
export const mayReadTrash = atLeast('member');
export const mayManageRetention = atLeast('admin');

/** Roles that `own` may give or take. */
export const rolesUpTo = (own: Role): Role[] => allRoles.filter((role) => rank[role] <= rank[own]);

export const allRoles: readonly Role[] = ['owner', 'admin', 'member', 'viewer'];

export const roleNotes: Record<Role, string> = {
  owner: 'Everything, including who else is an owner',
  admin: 'Members, invitations, every token',
  member: 'Connect agents, steer sessions',
  viewer: 'Watch',
};
