import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Erasure } from '../../../wire/erasure.ts';
import type { CreatedPasswordReset, Invitation, Member, Role } from '../../../wire/identity.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { MemberRow } from '../../components/settings/member-row.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Section } from '../../components/settings/section.tsx';
import { showToast } from '../../components/toast.tsx';
import { absolute } from '../../format.ts';
import { asError } from '../../models/as-error.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManageMembers } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { EraseDialog } from './erase-dialog.tsx';
import { ErasuresSection } from './erasures-section.tsx';
import { InviteDialog } from './invite-dialog.tsx';

const { members: membersRoute, invitations: invitationsRoute } = client.api;

export function MembersSection() {
  const { me, organization } = useOrganization();
  const manages = mayManageMembers(organization.role);
  const members = useMemo(() => itemList<Member>((cursor) => read(membersRoute.$get({ query: { cursor, limit: '100' } }))), []);
  const invitations = useMemo(
    () => itemList<Invitation>((cursor) => read(invitationsRoute.$get({ query: { cursor, limit: '100' } }))),
    [],
  );
  const erasures = useMemo(
    () => itemList<Erasure>((cursor) => read(client.api.erasures.$get({ query: { cursor, limit: '100' } }))),
    [],
  );
  const inviting = useSignal(false);
  const removing = useSignal<Member | null>(null);
  const erasing = useSignal<Member | null>(null);
  const withdrawing = useSignal<Invitation | null>(null);
  const reset = useSignal<(CreatedPasswordReset & { name: string }) | null>(null);
  useEffect(() => {
    members.load();
    if (!manages) return;
    invitations.load();
    erasures.load();
  }, []);

  const changeRole = async (member: Member, role: Role) => {
    const put = (next: Role) =>
      members.update((all) => all.map((other) => (other.user.id === member.user.id ? { ...other, role: next } : other)));
    put(role);
    try {
      await read(membersRoute[':userId'].$patch({ param: { userId: member.user.id }, json: { role } }));
      showToast(`${member.user.name} is ${role} now.`);
    } catch (error) {
      put(member.role);
      showToast(`${member.user.name} stays ${member.role}: ${wordsOf(error)}`, { tone: 'bad' });
    }
  };
  const remove = async ({ user }: Member) => {
    await read(membersRoute[':userId'].$delete({ param: { userId: user.id } }));
    members.update((all) => all.filter((other) => other.user.id !== user.id));
  };
  const makeReset = async ({ user }: Member) => {
    try {
      const made = await read(membersRoute[':userId']['password-reset'].$post({ param: { userId: user.id } }, once()));
      reset.value = { ...made, name: user.name };
    } catch (error) {
      showToast(`No reset link for ${user.name}: ${wordsOf(error)}`, { tone: 'bad' });
    }
  };
  const withdraw = async ({ id }: Invitation) => {
    await read(invitationsRoute[':invitationId'].$delete({ param: { invitationId: id } }));
    invitations.update((all) => all.filter((other) => other.id !== id));
  };
  const nameOf = (userId: string) => members.items.value?.find(({ user }) => user.id === userId)?.user.name ?? 'a former member';

  return (
    <>
      <Section
        title="Members"
        lead={`Who sees ${organization.name}.`}
        action={
          manages && (
            <Button kind="primary" icon="plus" onClick={() => (inviting.value = true)}>
              Invite
            </Button>
          )
        }
      >
        <ItemRows list={members} what="Members" empty="Nobody." keyOf={({ user }) => user.id}>
          {(member) => (
            <MemberRow
              member={member}
              self={member.user.id === me.user.id}
              ownRole={organization.role}
              onRole={(role) => changeRole(member, role)}
              onReset={() => makeReset(member)}
              onRemove={() => (removing.value = member)}
              onErase={() => (erasing.value = member)}
            />
          )}
        </ItemRows>
      </Section>
      {manages && (
        <Section title="Open invitations" lead="Each link works once, within 7 days.">
          <ItemRows
            list={invitations}
            what="Invitations"
            empty="None. Invite somebody to see it here."
            expected={1}
            keyOf={({ id }) => id}
          >
            {(invitation) => (
              <>
                <span class="row-main">
                  <strong class="truncate">{invitation.email ?? 'Anybody with the link'}</strong>
                  <span class="faint truncate">
                    as {invitation.role}, by {nameOf(invitation.invitedBy)}, <RelativeTime at={invitation.createdAt} />
                  </span>
                </span>
                <Button size="small" onClick={() => (withdrawing.value = invitation)}>
                  Withdraw
                </Button>
              </>
            )}
          </ItemRows>
        </Section>
      )}
      {manages && <ErasuresSection list={erasures} />}
      <EraseDialog
        member={erasing.value}
        onClose={() => (erasing.value = null)}
        onBegun={({ user }, erasure) => {
          members.update((all) => all.filter((other) => other.user.id !== user.id));
          erasures.update((all) => [erasure, ...all.filter(({ id }) => id !== erasure.id)]);
        }}
      />
      <InviteDialog
        open={inviting.value}
        ownRole={organization.role}
        onClose={() => (inviting.value = false)}
        onCreated={(invitation) => invitations.update((all) => [invitation, ...all])}
      />
      <Confirm
        open={removing.value !== null}
        title={`Remove ${removing.value?.user.name}?`}
        verb={`Remove ${removing.value?.user.name}`}
        onClose={() => (removing.value = null)}
        onConfirm={async () => {
          if (removing.value) await remove(removing.value);
        }}
      >
        <p>
          {removing.value?.user.name} ({removing.value?.user.email}) loses sight of {organization.name} within minutes, open live
          views included, and their tokens stop working within 60 s. Their sessions stay.
        </p>
      </Confirm>
      <Confirm
        open={withdrawing.value !== null}
        title={`Withdraw the invitation of ${withdrawing.value?.email ?? 'anybody with the link'}?`}
        verb="Withdraw invitation"
        onClose={() => (withdrawing.value = null)}
        onConfirm={async () => {
          if (withdrawing.value) await withdraw(withdrawing.value);
        }}
      >
        <p>Its link stops working at once.</p>
      </Confirm>
      <Dialog open={reset.value !== null} title={`Reset link for ${reset.value?.name}`} onClose={() => (reset.value = null)}>
        {reset.value && (
          <SecretOnce label="Link" secret={reset.value.link}>
            Shown this once. It works once, until {absolute(Date.parse(reset.value.expiresAt))}. Hand it to {reset.value.name} by
            a way you trust.
          </SecretOnce>
        )}
      </Dialog>
    </>
  );
}

const wordsOf = (error: unknown): string => asError(error).message;
