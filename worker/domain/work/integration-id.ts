/**
 * An integration's id names its organization, so that whoever receives for it needs no look-up: nothing of D1 is on that way. It is no
 * secret; the signature vouches.
 */
export const integrationId = (organizationId: string, own: string): string =>
  `int_${organizationId.replace(/^org_/, '')}_${own.replace(/^int_/, '')}`;

/** The organization that an id names, whether or not there is one; undefined for what no id of ours looks like. */
export function organizationOf(id: string): string | undefined {
  const [, own] = /^int_([0-9a-z]{26})_[0-9a-z]{26}$/.exec(id) ?? [];
  return own === undefined ? undefined : `org_${own}`;
}
