import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { InvitationOffer } from '../../../wire/identity.ts';
import { account } from '../../account.ts';
import { ApiError, client, once, read } from '../../api.ts';
import { AuthFrame } from '../../components/auth/auth-frame.tsx';
import { NewAccountFields } from '../../components/auth/new-account-fields.tsx';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form.tsx';
import { useTitle } from '../../components/shell/page.tsx';
import { Notice, Skeleton } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import { asError } from '../../models/as-error.ts';
import { emailProblem, nameProblem, passwordProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { loginPath } from '../login-path.ts';
import './auth.css';

/** What an invitation link opens: who invites whom to what, and one button. */
export function JoinPage({ secret = '' }: { secret?: string }) {
  useTitle('Join');
  const { route } = useLocation();
  const offer = useSignal<InvitationOffer | null>(null);
  const failure = useSignal<Error | null>(null);
  const joinRoute = client.api.join[':secret'];

  const look = async () => {
    failure.value = null;
    try {
      offer.value = await read(joinRoute.$get({ param: { secret } }));
    } catch (error) {
      failure.value = asError(error);
    }
  };
  useEffect(() => {
    look();
  }, [secret]);

  const enter = async (body: { name?: string; email?: string; password?: string }) => {
    const joined = await read(joinRoute.$post({ param: { secret }, json: body }, once()));
    await account.load();
    route(`/${joined.organization.id}/sessions`, true);
  };

  const me = account.me.value;
  if (failure.value) {
    const used = failure.value instanceof ApiError && ['gone', 'not_found'].includes(failure.value.code);
    return (
      <AuthFrame title={used ? 'This invitation is over' : 'The invitation did not open'} foot={<a href="/login">Log in</a>}>
        <Notice tone="bad">{used ? 'It was used, withdrawn or has expired. Ask for a new link.' : failure.value.message}</Notice>
        {!used && <Button onClick={look}>Try again</Button>}
      </AuthFrame>
    );
  }
  if (!offer.value || me === undefined) {
    return (
      <AuthFrame title="Join an organization">
        <Skeleton height={40} />
        <Skeleton height={32} />
      </AuthFrame>
    );
  }
  const { organization, role, invitedBy, email } = offer.value;
  const lead = (
    <>
      {invitedBy} invites you as <strong>{role}</strong>.
    </>
  );
  return (
    <AuthFrame
      title={`Join ${organization}`}
      lead={lead}
      foot={
        me === null && (
          <>
            Have an account? <a href={loginPath(`/join/${secret}`)}>Log in first</a>
          </>
        )
      }
    >
      {me ? (
        <JoinAs name={me.user.name} email={me.user.email} onJoin={() => enter({})} />
      ) : (
        <NewAccount email={email} onJoin={enter} />
      )}
    </AuthFrame>
  );
}

function JoinAs({ name, email, onJoin }: { name: string; email: string; onJoin: () => Promise<void> }) {
  const form = useMemo(() => formModel({}, { check: () => ({}), submit: onJoin, now: Date.now }), []);
  return (
    <Form onSubmit={form.submit}>
      <p class="muted">
        You are logged in as <strong>{name}</strong> ({email}).
      </p>
      <Submit verb={`Join as ${name}`} busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
    </Form>
  );
}

interface NewAccountProps {
  email: string | null;
  onJoin: (body: { name: string; email: string; password: string }) => Promise<void>;
}

function NewAccount({ email, onJoin }: NewAccountProps) {
  const form = useMemo(
    () =>
      formModel(
        { name: '', email: email ?? '', password: '' },
        {
          check: (values) => ({
            name: nameProblem(values.name, 'your name'),
            email: emailProblem(values.email),
            password: passwordProblem(values.password),
          }),
          submit: onJoin,
          now: Date.now,
        },
      ),
    [email],
  );
  return (
    <Form onSubmit={form.submit}>
      <NewAccountFields values={form.values.value} errors={form.errors.value} onChange={form.set} fixedEmail={email !== null} />
      <Submit
        verb="Create account and join"
        busy={form.busy.value}
        failure={form.failure.value}
        retryAtMs={form.retryAtMs.value}
      />
    </Form>
  );
}
