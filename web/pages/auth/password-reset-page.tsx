import { useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, read } from '../../api.ts';
import { AuthFrame } from '../../components/auth/auth-frame.tsx';
import { PasswordRule } from '../../components/auth/password-rule.tsx';
import { PasswordField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { useTitle } from '../../components/shell/page.tsx';
import { Submit } from '../../components/submit.tsx';
import { showToast } from '../../components/toast.tsx';
import { passwordProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import './auth.css';

/** What a reset link opens: a new password, once. */
export function PasswordResetPage({ secret = '' }: { secret?: string }) {
  useTitle('New password');
  const { route } = useLocation();
  const form = useMemo(
    () =>
      formModel(
        { password: '' },
        {
          check: ({ password }) => ({ password: passwordProblem(password) }),
          async submit(json) {
            await read(client.api['password-reset'][':secret'].$post({ param: { secret }, json }));
            showToast('Your password is changed. Log in with the new one.');
            route('/login', true);
          },
          now: Date.now,
        },
      ),
    [secret],
  );
  const { password } = form.values.value;
  return (
    <AuthFrame
      title="Choose a new password"
      lead="It takes the old one's place, and ends every login of yours."
      foot={<a href="/login">Log in</a>}
    >
      <Form onSubmit={form.submit}>
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
    </AuthFrame>
  );
}
