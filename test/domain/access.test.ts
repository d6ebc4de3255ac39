import { describe, expect, it } from 'vitest';
import { Role } from '../../wire/identity.ts';
import { type Action, allows, outranks, roleFor, rolesThat } from '../../worker/domain/access.ts';

const roles = Role.options;

describe('access', () => {
  const expected: [Action, Role[]][] = [
    ['session.read', ['owner', 'admin', 'member', 'viewer']],
    ['session.control', ['owner', 'admin', 'member']],
    ['session.delete', ['owner', 'admin']],
    ['project.create', ['owner', 'admin', 'member']],
    ['project.edit', ['owner', 'admin', 'member']],
    ['ingest_token.create', ['owner', 'admin', 'member']],
    ['ingest_token.revoke_any', ['owner', 'admin']],
    ['member.read', ['owner', 'admin', 'member', 'viewer']],
    ['member.manage', ['owner', 'admin']],
    ['invitation.manage', ['owner', 'admin']],
    ['organization.manage', ['owner']],
  ];
  it.each(expected)('%s is for %j', (action, allowed) => {
    expect(roles.filter((role) => allows(role, action))).toEqual(allowed);
    expect(rolesThat(action)).toEqual(allowed);
    expect(allowed).toContain(roleFor(action));
  });

  it('ranks owner over admin over member over viewer, and nobody over themselves', () => {
    for (const [i, role] of roles.entries()) for (const [j, other] of roles.entries()) expect(outranks(role, other)).toBe(i < j);
  });
});
