import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { account } from '../../account.ts';
import { AuthFrame } from '../../components/auth/auth-frame.tsx';
import { Field, PasswordField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { useTitle } from '../../components/shell/page.tsx';
import { Submit } from '../../components/submit.tsx';
import { emailProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { pathAfterLogin } from '../login-path.ts';
import './auth.css';

export function LoginPage() {
  useTitle('Log in');
  const { route, query } = useLocation();
  const form = useMemo(
    () =>
      formModel(
        { email: '', password: '' },
        {
          check: ({ email, password }) => ({
            email: emailProblem(email),
            password: password === '' ? 'Enter your password.' : undefined,
          }),
          submit: (values) => account.login(values),
          now: Date.now,
        },
      ),
    [],
  );
  const me = account.me.value;
  useEffect(() => {
    if (me) route(pathAfterLogin(query.next), true);
  }, [me]);

  const { email, password } = form.values.value;
  const signup = query.next ? `/signup?next=${encodeURIComponent(query.next)}` : '/signup';
  return (
    <AuthFrame
      title="Log in"
      foot={
        <>
          New here? <a href={signup}>Create an account</a>
        </>
      }
    >
      <Form onSubmit={form.submit}>
        <Field
          label="E-mail"
          name="email"
          type="email"
          autocomplete="username"
          inputMode="email"
          value={email}
          error={form.errors.value.email}
          onInput={(event) => form.set('email', event.currentTarget.value)}
        />
        <PasswordField
          label="Password"
          name="password"
          autocomplete="current-password"
          value={password}
          hint="Forgotten? An admin of your organization can make you a reset link."
          error={form.errors.value.password}
          onInput={(event) => form.set('password', event.currentTarget.value)}
        />
        <Submit verb="Log in" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
      </Form>
    </AuthFrame>
  );
}
