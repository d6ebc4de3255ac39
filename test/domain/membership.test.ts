import { describe, expect, it } from 'vitest';
import { Role } from '../../wire/identity.ts';
import { outranks } from '../../worker/domain/access.ts';
import { mayChangeRole, mayInvite, mayResetPassword } from '../../worker/domain/membership.ts';

const roles = Role.options;

describe('a change of roles', () => {
  it('never touches or gives a role above that of the one who asks', () => {
    for (const actor of roles)
      for (const before of roles)
        for (const after of roles) {
          const may = (actor === 'owner' || actor === 'admin') && !outranks(before, actor) && !outranks(after, actor);
          expect(mayChangeRole(actor, before, after)).toBe(may);
        }
    expect(mayChangeRole('admin', 'member', 'admin')).toBe(true);
    expect(mayChangeRole('admin', 'owner', 'viewer')).toBe(false);
    expect(mayChangeRole('member', 'viewer', 'viewer')).toBe(false);
  });

  it('by invitation follows the same rule', () => {
    expect(mayInvite('owner', 'owner')).toBe(true);
    expect(mayInvite('admin', 'owner')).toBe(false);
    expect(mayInvite('member', 'viewer')).toBe(false);
  });
});

describe('a password reset', () => {
  const here = { organizationId: 'org_1', role: 'member' as Role };
  const reset = (over: Partial<Parameters<typeof mayResetPassword>[0]>) =>
    mayResetPassword({ organizationId: 'org_1', actorRole: 'admin', memberships: [here], ...over });

  it('is for admins, over accounts that live in their organization alone and rank no higher', () => {
    expect(reset({})).toBe(true);
    expect(reset({ actorRole: 'member' })).toBe(false);
    expect(reset({ actorRole: undefined })).toBe(false);
    expect(reset({ memberships: [] })).toBe(false);
    expect(reset({ memberships: [here, { organizationId: 'org_2', role: 'viewer' }] })).toBe(false);
    expect(reset({ memberships: [{ organizationId: 'org_2', role: 'viewer' }] })).toBe(false);
    expect(reset({ memberships: [{ ...here, role: 'owner' }] })).toBe(false);
    expect(reset({ actorRole: 'owner', memberships: [{ ...here, role: 'owner' }] })).toBe(true);
  });
});
