import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { PasswordRule } from '../../components/auth/password-rule.tsx';
import { PasswordField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Submit } from '../../components/submit.tsx';
import { showToast } from '../../components/toast.tsx';
import { passwordProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';

/** A new password, for whoever knows the current one. */
export function PasswordForm({ email }: { email: string }) {
  const changes = useSignal(0);
  const form = useMemo(
    () =>
      formModel(
        { current: '', password: '' },
        {
          check: ({ current, password }) => ({
            current: current === '' ? 'Enter your current password.' : undefined,
            password: passwordProblem(password),
          }),
          async submit(json) {
            await read(client.api.me.password.$post({ json }));
            showToast('Your password is changed. Your other logins have ended.');
            changes.value += 1; // an empty form
          },
          now: Date.now,
        },
      ),
    [changes.value],
  );
  const { current, password } = form.values.value;
  return (
    <Form class="settings-form" onSubmit={form.submit}>
      {/* Password managers want to know whose it is. */}
      <input
        class="visually-hidden"
        type="email"
        autocomplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField
        label="Current password"
        name="current"
        autocomplete="current-password"
        value={current}
        error={form.errors.value.current}
        onInput={(event) => form.set('current', event.currentTarget.value)}
      />
      <PasswordField
        label="New password"
        name="password"
        autocomplete="new-password"
        value={password}
        hint={<PasswordRule password={password} />}
        error={form.errors.value.password}
        onInput={(event) => form.set('password', event.currentTarget.value)}
      />
      <Submit verb="Change password" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
    </Form>
  );
}
