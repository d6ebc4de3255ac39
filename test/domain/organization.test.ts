import { describe, expect, it } from 'vitest';
import type { Person } from '../../worker/domain/actor.ts';
import { chooseOrganization } from '../../worker/domain/organization.ts';

describe('the organization of a request', () => {
  const person = (over: Partial<Person> = {}): Person => ({
    kind: 'login',
    user: { id: 'usr_1', email: 'a@example.com', name: 'A' },
    credentialId: 'lgn_1',
    lastOrganizationId: 'org_2',
    organizations: ['org_1', 'org_2'].map((id) => ({ id, name: id, role: 'member' })),
    ...over,
  });

  it('is the one named, else the last used, else the first', () => {
    expect(chooseOrganization(person(), 'org_1')?.id).toBe('org_1');
    expect(chooseOrganization(person(), undefined)?.id).toBe('org_2');
    expect(chooseOrganization(person({ lastOrganizationId: null }), undefined)?.id).toBe('org_1');
    expect(chooseOrganization(person({ lastOrganizationId: 'org_left' }), undefined)?.id).toBe('org_1');
  });

  it('is none where it is not theirs', () => {
    expect(chooseOrganization(person(), 'org_3')).toBeUndefined();
    expect(chooseOrganization(person(), '')).toBeUndefined();
    expect(chooseOrganization(person({ organizations: [] }), undefined)).toBeUndefined();
  });
});
