import { Role } from '../../wire/identity.ts';

/** The least role that may do each thing. The only place that knows. */
const leastRole = {
  'session.read': 'viewer',
  'session.edit': 'member',
  'session.control': 'member',
  'session.budget': 'member',
  'session.branch': 'member',
  'session.delete': 'admin',
  /** Asks for a session that a machine is to start. */
  'session.request': 'member',
  /** Takes one for a machine, and says what becomes of it. */
  'session.work': 'member',
  'session.import': 'member',
  /** Snapshots and their contents. */
  'snapshot.read': 'viewer',
  'snapshot.create': 'member',
  'snapshot.delete': 'member',
  /** Channels, without what is secret about them, and what was sent through them. */
  'channel.read': 'viewer',
  'channel.manage': 'admin',
  'delivery.read': 'member',
  /** One's own devices. */
  'push.own': 'viewer',
  /** One's own Slack user. */
  'slack.own': 'viewer',
  'retention.read': 'viewer',
  'retention.manage': 'admin',
  /** What was thrown away: looked at; brought back, or deleted for good. */
  'trash.read': 'member',
  'trash.manage': 'admin',
  /** Budgets and rates. */
  'limits.read': 'viewer',
  'limits.manage': 'admin',
  /** Services whose events start sessions. */
  'integration.read': 'member',
  'integration.manage': 'admin',
  /** What fired; acknowledged and snoozed; the rules of it. */
  'alert.read': 'viewer',
  'alert.handle': 'member',
  'alert.manage': 'admin',
  'project.read': 'viewer',
  'project.create': 'member',
  'project.edit': 'member',
  'ingest_token.read': 'member',
  'ingest_token.create': 'member',
  /** One's own. */
  'ingest_token.revoke': 'member',
  'ingest_token.revoke_any': 'admin',
  'api_token.own': 'viewer',
  'member.read': 'viewer',
  /** Oneself: anybody may leave. */
  'member.leave': 'viewer',
  'member.manage': 'admin',
  'member.reset_password': 'admin',
  /** Somebody else's data; one's own, anybody. */
  'member.erase': 'admin',
  'invitation.manage': 'admin',
  'organization.manage': 'owner',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof leastRole;

const rank: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** The least role that may do it. */
export const roleFor = (action: Action): Role => leastRole[action];

export const allows = (role: Role, action: Action): boolean => rank[role] >= rank[leastRole[action]];

/** Whether `role` stands above `other`. */
export const outranks = (role: Role, other: Role): boolean => rank[role] > rank[other];

/** All roles that may do it. */
export const rolesThat = (action: Action): Role[] => Role.options.filter((role) => allows(role, action));
