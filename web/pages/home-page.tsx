import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { account } from '../account.ts';
import { ErrorState } from '../components/states.tsx';
import { loginPath } from './login-path.ts';

/** Has no face: leads to the sessions of an organization, or to the login. */
export function HomePage({ org }: { org?: string }) {
  const { route } = useLocation();
  const me = account.me.value;

  useEffect(() => {
    if (me === undefined) return;
    if (me === null) {
      route(loginPath(location.pathname), true);
      return;
    }
    const organization = org ?? me.organization?.id ?? me.organizations[0]?.id;
    if (organization) route(`/${organization}/sessions`, true);
  }, [me, org]);

  const failure = account.failure.value;
  if (failure) return <ErrorState title="Flightdeck did not open" detail={failure.message} onRetry={account.load} />;
  return null;
}
