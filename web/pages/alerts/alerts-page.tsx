import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Page } from '../../components/shell/page.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { AlertHistory } from './alert-history.tsx';
import { AlertRules } from './alert-rules.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import './alerts.css';

const views = ['open', 'history', 'rules'] as const;
type View = (typeof views)[number];

/** What is wrong, what was, and what counts as wrong. */
export function AlertsPage() {
  const { alerts, connection, projects } = useOrganization();
  const { path, query, route } = useLocation();
  const view = views.find((one) => one === query.view) ?? 'open';
  useEffect(() => {
    alerts.load();
    if (projects.items.peek() === null) projects.load();
  }, []);
  return (
    <Page title="Alerts" connection={connection}>
      <div class="alerts">
        <Tabs<View>
          label="Alerts"
          tabs={[
            { id: 'open', label: 'Open', ...(alerts.open.value && { count: alerts.open.value.length }) },
            { id: 'history', label: 'History' },
            { id: 'rules', label: 'Rules' },
          ]}
          current={view}
          onChange={(next) => route(next === 'open' ? path : `${path}?view=${next}`, true)}
          panelId="alerts-panel"
        />
        <div id="alerts-panel" role="tabpanel" aria-label={view}>
          {view === 'open' && <OpenAlerts />}
          {view === 'history' && <AlertHistory />}
          {view === 'rules' && <AlertRules />}
        </div>
      </div>
    </Page>
  );
}
