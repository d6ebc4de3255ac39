import { useEffect, useMemo } from 'preact/hooks';
import type { Member } from '../../../../wire/identity.ts';
import { client, read } from '../../../api.ts';
import { itemList } from '../../../models/item-list.ts';
import { mayManageBudgets } from '../../../models/rights.ts';

const maxNamed = 3;

/** For those who may not raise a shared budget: whom to ask. */
export function WhoMayRaise() {
  const members = useMemo(
    () => itemList<Member>((cursor) => read(client.api.members.$get({ query: { cursor, limit: '100' } }))),
    [],
  );
  useEffect(() => {
    members.load();
  }, [members]);
  const names = (members.items.value ?? []).filter(({ role }) => mayManageBudgets(role)).map(({ user }) => user.name);
  if (names.length === 0) return <p class="muted">An admin or owner can raise it.</p>;
  const more = names.length > maxNamed ? ` or ${names.length - maxNamed} others` : '';
  return <p class="muted">{`Who can raise it: ${names.slice(0, maxNamed).join(', ')}${more}.`}</p>;
}
