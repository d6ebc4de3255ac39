import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { TokenInfo } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { NameDialog } from '../../components/settings/name-dialog.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Section } from '../../components/settings/section.tsx';
import { TokenRows } from '../../components/settings/token-rows.tsx';
import { itemList } from '../../models/item-list.ts';
import { useOrganization } from '../../organization-scope.ts';

const route = client.api['api-tokens'];

export function ApiTokensSection() {
  const { organization } = useOrganization();
  const creating = useSignal(false);
  const tokens = useMemo(() => itemList<TokenInfo>((cursor) => read(route.$get({ query: { cursor, limit: '100' } }))), []);
  useEffect(() => {
    tokens.load();
  }, []);

  const create = async (name: string) => {
    const { token } = await read(route.$post({ json: { name } }, once()));
    tokens.load();
    return (
      <SecretOnce label="Token" secret={token}>
        Shown this once. Send it as <code>Authorization: Bearer …</code>.
      </SecretOnce>
    );
  };
  const revoke = async (token: TokenInfo) => {
    await read(route[':tokenId'].$delete({ param: { tokenId: token.id } }));
    tokens.update((all) =>
      all.map((other) => (other.id === token.id ? { ...other, revokedAt: new Date().toISOString() } : other)),
    );
  };

  return (
    <Section
      title="API tokens"
      lead={`For scripts that act as you in ${organization.name}, with your role.`}
      action={
        <Button kind="primary" icon="plus" onClick={() => (creating.value = true)}>
          New API token
        </Button>
      }
    >
      <TokenRows
        list={tokens}
        what="API tokens"
        empty="None yet."
        mayRevoke={() => true}
        consequence="Scripts that use it are refused from now on. It cannot be undone; make a new one instead."
        onRevoke={revoke}
      />
      <NameDialog
        open={creating.value}
        title="New API token"
        verb="Create token"
        placeholder="Nightly report"
        maxLength={limits.maxTokenNameLength}
        onClose={() => (creating.value = false)}
        onName={create}
      />
    </Section>
  );
}
