import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso';
import { account } from '../account.ts';
import { Shell } from '../components/shell/shell.tsx';
import { ShortcutsDialog } from '../components/shell/shortcuts-dialog.tsx';
import { ErrorState } from '../components/states.tsx';
import { organizationId } from '../organization-id.ts';
import { loginPath } from './login-path.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** Everything under `/:org`: who may enter, and the shell around the page. */
export function OrganizationPages({ org = '' }: { org?: string }) {
  const { route, url } = useLocation();
  const [keysShown, setKeysShown] = useState(false);
  const me = account.me.value;
  const organization = me?.organizations.find(({ id }) => id === org);

  // Pages call the API from their first effect on, which runs after this one.
  useLayoutEffect(() => {
    organizationId.value = organization?.id ?? null;
  }, [organization?.id]);
  useEffect(() => {
    if (me === null) route(loginPath(url), true);
  }, [me, url]);

  const failure = account.failure.value;
  if (failure && !me) return <ErrorState title="Flightdeck did not open" detail={failure.message} onRetry={account.load} />;
  if (!me) return null;
  if (!organization) return <NotFoundPage />;

  return (
    <Shell
      key={organization.id}
      user={me.user}
      organization={organization}
      organizations={me.organizations}
      waiting={0}
      onOpenPalette={() => {}}
      onShowShortcuts={() => setKeysShown(true)}
      onLogout={account.logout}
    >
      <Router>{[<Route key="missing" default component={NotFoundPage} />]}</Router>
      <ShortcutsDialog open={keysShown} onClose={() => setKeysShown(false)} />
    </Shell>
  );
}
