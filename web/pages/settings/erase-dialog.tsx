import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Erasure } from '../../../wire/erasure.ts';
import { erasedName } from '../../../wire/erasure.ts';
import type { Member } from '../../../wire/identity.ts';
import { account } from '../../account.ts';
import { client, read } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Field } from '../../components/field.tsx';
import { isTheirName } from '../../models/archive/erasure.ts';
import { useOrganization } from '../../organization-scope.ts';

interface EraseDialogProps {
  /** Null while it is closed. */
  member: Member | null;
  onClose: () => void;
  /** Theirs is no membership any more. */
  onBegun: (member: Member, erasure: Erasure) => void;
}

/** Says what goes and what stays, and has the person's name typed. */
export function EraseDialog({ member, onClose, onBegun }: EraseDialogProps) {
  const { me, organization } = useOrganization();
  const { route } = useLocation();
  const typed = useSignal('');
  const userId = member?.user.id;
  useEffect(() => {
    typed.value = '';
  }, [userId]);
  const name = member?.user.name ?? '';
  const isSelf = userId === me.user.id;

  const erase = async () => {
    if (!member) return;
    if (!isTheirName(typed.peek(), name)) throw new Error(`Type “${name}” to go on.`);
    const begun = await read(client.api.members[':userId'].data.$delete({ param: { userId: member.user.id } }));
    if (!isSelf) return onBegun(member, begun);
    const next = me.organizations.find(({ id }) => id !== organization.id);
    route(next ? `/${next.id}/sessions` : '/', true);
    await account.load();
  };

  return (
    <Confirm
      open={member !== null}
      title={isSelf ? `Erase yourself from ${organization.name}?` : `Erase ${name} from ${organization.name}?`}
      verb={isSelf ? 'Erase me' : `Erase ${name}`}
      onClose={onClose}
      onConfirm={erase}
    >
      <p>This cannot be undone, and nothing of it goes into the trash.</p>
      <dl class="erase-facts">
        <dt>Ends now</dt>
        <dd>{isSelf ? 'Your' : 'Their'} membership, tokens and invitations here; without another organization the login, too.</dd>
        <dt>Goes within minutes to hours</dt>
        <dd>{isSelf ? 'Your' : 'Their'} own sessions: logs, archives and snapshots, those in the trash included.</dd>
        <dt>Is changed</dt>
        <dd>
          Other people’s sessions name “{erasedName}” where {isSelf ? 'you' : 'they'} ordered, decided, wrote or kept something.
        </dd>
        <dt>Stays</dt>
        <dd>What the sessions cost, in reports and budgets; what others wrote, whatever names it holds; projects and rules.</dd>
      </dl>
      <Field
        label={`Type ${name} to confirm`}
        value={typed.value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
    </Confirm>
  );
}
