import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { account } from '../../account.ts';
import { AuthFrame } from '../../components/auth/auth-frame.tsx';
import { NewAccountFields } from '../../components/auth/new-account-fields.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { useTitle } from '../../components/shell/page.tsx';
import { Submit } from '../../components/submit.tsx';
import { emailProblem, nameProblem, passwordProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { pathAfterLogin } from '../login-path.ts';
import './auth.css';

export function SignupPage() {
  useTitle('Create an account');
  const { route, query } = useLocation();
  const form = useMemo(
    () =>
      formModel(
        { name: '', email: '', password: '', organization: '' },
        {
          check: ({ name, email, password, organization }) => ({
            name: nameProblem(name, 'your name'),
            email: emailProblem(email),
            password: passwordProblem(password),
            organization: nameProblem(organization, 'a name for your organization'),
          }),
          async submit(values) {
            await account.signup(values);
          },
          now: Date.now,
        },
      ),
    [],
  );
  const me = account.me.value;
  useEffect(() => {
    if (me) route(pathAfterLogin(query.next), true);
  }, [me]);

  const login = query.next ? `/login?next=${encodeURIComponent(query.next)}` : '/login';
  return (
    <AuthFrame
      title="Create an account"
      lead="Watch your coding agents live, on one screen."
      foot={
        <>
          Have one already? <a href={login}>Log in</a>
        </>
      }
    >
      <Form onSubmit={form.submit}>
        <NewAccountFields values={form.values.value} errors={form.errors.value} onChange={form.set} />
        <Field
          label="Organization"
          name="organization"
          autocomplete="organization"
          value={form.values.value.organization}
          hint="Your team or company. You can invite others to it."
          error={form.errors.value.organization}
          onInput={(event) => form.set('organization', event.currentTarget.value)}
        />
        <Submit verb="Create account" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
      </Form>
    </AuthFrame>
  );
}
