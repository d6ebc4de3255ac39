import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { CreatedInvitation, Role } from '../../../wire/identity.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { SecretOnce } from '../../components/settings/secret-once.tsx';
import { Notice } from '../../components/states.tsx';
import { absolute } from '../../format.ts';
import { emailProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { allRoles, roleNotes, rolesUpTo } from '../../models/rights.ts';

interface InviteDialogProps {
  open: boolean;
  ownRole: Role;
  onClose: () => void;
  onCreated: (invitation: CreatedInvitation) => void;
}

/** Makes a one-use link; it is copied and sent by hand. */
export function InviteDialog({ open, ownRole, onClose, onCreated }: InviteDialogProps) {
  const made = useSignal<CreatedInvitation | null>(null);
  const form = useMemo(
    () =>
      formModel(
        { email: '', role: 'member' },
        {
          check: ({ email }) => ({ email: email.trim() === '' ? undefined : emailProblem(email) }),
          async submit({ email, role }) {
            const json = { role: allRoles.find((known) => known === role) ?? 'member', ...(email.trim() && { email }) };
            made.value = await read(client.api.invitations.$post({ json }, once()));
            onCreated(made.value);
          },
          now: Date.now,
        },
      ),
    [open],
  );
  useEffect(() => {
    made.value = null;
  }, [open]);

  if (made.value) {
    const { link, email, role, expiresAt } = made.value;
    return (
      <Dialog
        open={open}
        title="Send this link"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <SecretOnce label="Link" secret={link}>
          Shown this once. It makes {email ?? 'whoever opens it first'} a {role}, works once, and ends{' '}
          {absolute(Date.parse(expiresAt))}.
        </SecretOnce>
      </Dialog>
    );
  }
  const { email, role } = form.values.value;
  return (
    <Dialog
      open={open}
      title="Invite somebody"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            Create link
          </Button>
        </>
      }
    >
      <Form onSubmit={form.submit}>
        <Field
          label="E-mail (optional)"
          type="email"
          value={email}
          hint="With an address, only that account can use the link."
          error={form.errors.value.email}
          onInput={(event) => form.set('email', event.currentTarget.value)}
        />
        <SelectField
          label="Role"
          value={role}
          hint={roleNotes[allRoles.find((known) => known === role) ?? 'member']}
          onChange={(next) => form.set('role', next)}
        >
          {rolesUpTo(ownRole).map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </SelectField>
      </Form>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
