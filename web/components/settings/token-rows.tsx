import { useSignal } from '@preact/signals';
import type { TokenInfo } from '../../../wire/identity.ts';
import type { ItemList } from '../../models/item-list.ts';
import { Button } from '../button.tsx';
import { Confirm } from '../confirm.tsx';
import { RelativeTime } from '../figures.tsx';
import { Icon } from '../icon.tsx';
import { ItemRows } from './item-rows.tsx';

interface TokenRowsProps {
  list: ItemList<TokenInfo>;
  /** "Ingest tokens", "API tokens". */
  what: string;
  empty: string;
  /** Whose it is; undefined where all are one's own. */
  ownerOf?: (token: TokenInfo) => string | undefined;
  mayRevoke: (token: TokenInfo) => boolean;
  /** What follows from revoking. */
  consequence: string;
  onRevoke: (token: TokenInfo) => Promise<void>;
}

/** Tokens, those in force first to revoke. */
export function TokenRows({ list, what, empty, ownerOf, mayRevoke, consequence, onRevoke }: TokenRowsProps) {
  const revoking = useSignal<TokenInfo | null>(null);
  return (
    <>
      <ItemRows list={list} what={what} empty={empty} expected={1} keyOf={({ id }) => id}>
        {(token) => (
          <>
            <span class="row-icon">
              <Icon name="key" />
            </span>
            <span class={`row-main ${token.revokedAt ? 'revoked' : ''}`}>
              <strong class="truncate">{token.name}</strong>
              <span class="faint truncate">
                {ownerOf?.(token) && <>{ownerOf(token)}, </>}
                made <RelativeTime at={token.createdAt} />
                {token.revokedAt && (
                  <>
                    , revoked <RelativeTime at={token.revokedAt} />
                  </>
                )}
              </span>
            </span>
            {!token.revokedAt && mayRevoke(token) && (
              <Button size="small" aria-label={`Revoke ${token.name}`} onClick={() => (revoking.value = token)}>
                Revoke
              </Button>
            )}
          </>
        )}
      </ItemRows>
      <Confirm
        open={revoking.value !== null}
        title={`Revoke “${revoking.value?.name}”?`}
        verb="Revoke token"
        onClose={() => (revoking.value = null)}
        onConfirm={async () => {
          if (revoking.value) await onRevoke(revoking.value);
        }}
      >
        <p>{consequence}</p>
      </Confirm>
    </>
  );
}
