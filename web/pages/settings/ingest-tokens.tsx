import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Member, Project, TokenInfo } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { NameDialog } from '../../components/settings/name-dialog.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { TokenRows } from '../../components/settings/token-rows.tsx';
import { itemList } from '../../models/item-list.ts';
import { mayManageMembers } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';

/** A project's ingest tokens, whoever made them. */
export function IngestTokens({ project }: { project: Project }) {
  const { me, organization } = useOrganization();
  const creating = useSignal(false);
  const members = useSignal<readonly Member[]>([]);
  const route = client.api.projects[':projectId']['ingest-tokens'];
  const param = { projectId: project.id };
  const tokens = useMemo(
    () => itemList<TokenInfo>((cursor) => read(route.$get({ param, query: { cursor, limit: '100' } }))),
    [project.id],
  );
  useEffect(() => {
    tokens.load();
    // Names are a courtesy: without them the rows still say when.
    read(client.api.members.$get({ query: { limit: '100' } })).then(
      (page) => (members.value = page.items),
      () => {},
    );
  }, [project.id]);

  const create = async (name: string) => {
    const { token } = await read(route.$post({ param, json: { name } }, once()));
    tokens.load();
    return (
      <SecretOnce label="Token" secret={token}>
        Shown this once. To connect Claude Code, Codex or Gemini CLI you need not copy it: Connect writes it into their settings.
      </SecretOnce>
    );
  };
  const revoke = async (token: TokenInfo) => {
    await read(route[':tokenId'].$delete({ param: { ...param, tokenId: token.id } }));
    tokens.update((all) =>
      all.map((other) => (other.id === token.id ? { ...other, revokedAt: new Date().toISOString() } : other)),
    );
  };

  return (
    <div class="nested-rows">
      <TokenRows
        list={tokens}
        what="Ingest tokens"
        empty="None yet. Connecting an agent makes one."
        ownerOf={({ userId }) => members.value.find(({ user }) => user.id === userId)?.user.name}
        mayRevoke={({ userId }) => userId === me.user.id || mayManageMembers(organization.role)}
        consequence="Agents that send with it are refused. In force everywhere within 60 s. It cannot be undone; make a new one instead."
        onRevoke={revoke}
      />
      <Button size="small" icon="plus" onClick={() => (creating.value = true)}>
        New ingest token
      </Button>
      <NameDialog
        open={creating.value}
        title={`New ingest token for ${project.name}`}
        verb="Create token"
        placeholder="Build server"
        maxLength={limits.maxTokenNameLength}
        onClose={() => (creating.value = false)}
        onName={create}
      />
    </div>
  );
}
