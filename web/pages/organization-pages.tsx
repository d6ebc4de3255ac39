import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso';
import type { Me, Organization } from '../../wire/identity.ts';
import { account } from '../account.ts';
import { waitingInTitle } from '../components/shell/page.tsx';
import { Palette } from '../components/shell/palette.tsx';
import { QuotaBanner } from '../components/shell/quota-banner.tsx';
import { Shell } from '../components/shell/shell.tsx';
import { ShellSkeleton } from '../components/shell/shell-skeleton.tsx';
import { ShortcutsDialog } from '../components/shell/shortcuts-dialog.tsx';
import { ErrorState } from '../components/states.tsx';
import { mayManageBudgets } from '../models/rights.ts';
import { organizationId } from '../organization-id.ts';
import { OrganizationContext, openOrganization } from '../organization-scope.ts';
import { commandsOf } from './commands.ts';
import { lazyPage } from './lazy-page.tsx';
import { logOut } from './log-out.ts';
import { loginPath } from './login-path.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { SessionsPage } from './sessions/sessions-page.tsx';

const AlertsPage = lazyPage(() => import('./alerts/alerts-page.tsx').then((module) => module.AlertsPage));
const ApprovalsPage = lazyPage(() => import('./approvals/approvals-page.tsx').then((module) => module.ApprovalsPage));
const BudgetsPage = lazyPage(() => import('./budgets/budgets-page.tsx').then((module) => module.BudgetsPage));
const ComparePage = lazyPage(() => import('./compare/compare-page.tsx').then((module) => module.ComparePage));
const ConnectPage = lazyPage(() => import('./connect/connect-page.tsx').then((module) => module.ConnectPage));
const CostsPage = lazyPage(() => import('./costs/costs-page.tsx').then((module) => module.CostsPage));
const RulesPage = lazyPage(() => import('./rules/rules-page.tsx').then((module) => module.RulesPage));
const SessionPage = lazyPage(() => import('./session/session-page.tsx').then((module) => module.SessionPage));
const SettingsPage = lazyPage(() => import('./settings/settings-page.tsx').then((module) => module.SettingsPage));
const SlackLinkPage = lazyPage(() => import('./integrations/slack-link-page.tsx').then((module) => module.SlackLinkPage));
const SnapshotsPage = lazyPage(() => import('./snapshots/snapshots-page.tsx').then((module) => module.SnapshotsPage));
const TrashPage = lazyPage(() => import('./trash/trash-page.tsx').then((module) => module.TrashPage));
const WorkPage = lazyPage(() => import('./work/work-page.tsx').then((module) => module.WorkPage));

/** Everything under `/:org`: who may enter. */
export function OrganizationPages({ org = '' }: { org?: string }) {
  const { route } = useLocation();
  const me = account.me.value;
  const organization = me?.organizations.find(({ id }) => id === org);
  useEffect(() => {
    if (me === null) route(account.left.peek() ? '/login' : loginPath(location.pathname + location.search), true);
  }, [me]);

  const failure = account.failure.value;
  if (failure && !me) return <ErrorState title="Flightdeck did not open" detail={failure.message} onRetry={account.load} />;
  if (!me) return <ShellSkeleton />;
  if (!organization) return <NotFoundPage />;
  return <Inside key={organization.id} me={me} organization={organization} />;
}

/** The shell around one organization's pages, and what they share. */
function Inside({ me, organization }: { me: Me; organization: Organization }) {
  const { route } = useLocation();
  const keysShown = useSignal(false);
  const paletteOpen = useSignal(false);
  const shared = useMemo(() => {
    // Before anything asks: every call names the organization.
    organizationId.value = organization.id;
    return openOrganization();
  }, [organization.id]);
  const scope = useMemo(() => ({ ...shared, me, organization }), [shared, me, organization]);
  useLayoutEffect(
    () => () => {
      shared.close();
      // The next organization's pages are made before these are taken down.
      if (organizationId.peek() === organization.id) organizationId.value = null;
    },
    [shared],
  );

  useEffect(() => {
    waitingInTitle.value = scope.approvals.count.value;
  }, [scope.approvals.count.value]);

  const showShortcuts = () => {
    keysShown.value = true;
  };

  return (
    <OrganizationContext.Provider value={scope}>
      <Shell
        user={me.user}
        organization={organization}
        organizations={me.organizations}
        waiting={scope.approvals.count.value}
        pressing={scope.alerts.pressing.value}
        onOpenPalette={() => {
          paletteOpen.value = true;
        }}
        onShowShortcuts={showShortcuts}
        onLogout={logOut}
      >
        {mayManageBudgets(organization.role) && (
          <QuotaBanner limits={scope.limits} href={`/${organization.id}/settings/limits`} />
        )}
        <Router onRouteChange={refocus}>
          <Route path="/sessions" component={SessionsPage} />
          <Route path="/sessions/:id" component={SessionPage} />
          <Route path="/sessions/:id/snapshots" component={SnapshotsPage} />
          <Route path="/alerts" component={AlertsPage} />
          <Route path="/approvals" component={ApprovalsPage} />
          <Route path="/budgets" component={BudgetsPage} />
          <Route path="/costs" component={CostsPage} />
          <Route path="/rules" component={RulesPage} />
          <Route path="/compare" component={ComparePage} />
          <Route path="/connect/:agent?" component={ConnectPage} />
          <Route path="/slack/:secret" component={SlackLinkPage} />
          <Route path="/trash" component={TrashPage} />
          <Route path="/work" component={WorkPage} />
          <Route path="/settings/:section?" component={SettingsPage} />
          <Route default component={NotFoundPage} />
        </Router>
        <ShortcutsDialog
          open={keysShown.value}
          onClose={() => {
            keysShown.value = false;
          }}
        />
        {paletteOpen.value && (
          <Palette
            commands={commandsOf(scope, { go: (path) => route(path), logout: logOut, showShortcuts })}
            onClose={() => {
              paletteOpen.value = false;
            }}
          />
        )}
      </Shell>
    </OrganizationContext.Provider>
  );
}

/** A link that is gone with its page leaves the focus nowhere: reading goes on at the new page's start. */
function refocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
  });
}
