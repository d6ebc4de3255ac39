import { agentName } from '../components/sessions/agent-names.ts';
import { nativeAgents } from '../models/connect.ts';
import type { Command } from '../models/palette.ts';
import { failedStatuses, liveStatuses, noFilter, queryOfFilter } from '../models/sessions/list-filter.ts';
import type { OrganizationScope } from '../organization-scope.ts';
import { toggleRail } from '../rail.ts';
import { setTheme, type Theme } from '../theme.ts';

interface Verbs {
  go: (path: string) => void;
  logout: () => void;
  showShortcuts: () => void;
}

/** Everything the palette knows: pages, filters, the sessions that are loaded, and what one can do. */
export function commandsOf({ organization, me, sessions }: OrganizationScope, { go, logout, showShortcuts }: Verbs): Command[] {
  const page = (path: string, label: string, also = ''): Command => ({
    id: `page:${path}`,
    label,
    section: 'Go to',
    also,
    run: () => go(`/${organization.id}/${path}`),
  });
  const list = (label: string, query: string) => page(`sessions${query}`, label, 'filter list');
  const verb = (id: string, label: string, run: () => void, also = ''): Command => ({ id, label, section: 'Do', also, run });
  const theme = (choice: Theme, label: string) => verb(`theme:${choice}`, label, () => setTheme(choice), 'appearance mode');

  return [
    page('sessions', 'Sessions', 'list home'),
    list('Live sessions', queryOfFilter({ ...noFilter, statuses: liveStatuses })),
    list('Sessions waiting for you', queryOfFilter({ ...noFilter, statuses: ['waiting'] })),
    list('Failed in 24 h', queryOfFilter({ ...noFilter, statuses: failedStatuses, within: '24h' })),
    page('approvals', 'Approvals', 'allow deny waiting inbox'),
    page('alerts', 'Alerts', 'wrong failed stuck notifications'),
    page('alerts?view=history', 'Alert history', 'past resolved'),
    page('alerts?view=rules', 'Alert rules', 'notify channels quiet hours'),
    page('work', 'Work', 'queue requests machine waiting runner'),
    page('work?view=over', 'Work that is over', 'queue requests failed cancelled again'),
    page('rules', 'Rules', 'ask approve deny guard'),
    page('budgets', 'Budgets', 'limits money cost raise'),
    page('costs', 'Costs', 'report spent money csv export'),
    page('costs?by=model', 'Costs by model', 'report spent money'),
    page('compare', 'Compare two sessions', 'difference diff patch side by side'),
    page('connect', 'Connect an agent', 'add token setup'),
    page('settings', 'Settings', 'preferences'),
    page('settings/members', 'Members', 'settings people invite role remove'),
    page('settings/projects', 'Projects', 'settings ingest tokens'),
    page('settings/api-tokens', 'API tokens', 'settings keys'),
    page('settings/prices', 'Prices and rates', 'settings money model tool recalculate'),
    page('settings/retention', 'Retention', 'settings keep days delete archive'),
    page('settings/transfer', 'Export and import', 'settings download upload transcript json'),
    page('trash', 'Trash', 'deleted restore bring back'),
    page('settings/organization', 'Organization', 'settings leave new'),
    page('settings/profile', 'Profile', 'settings account me'),
    ...nativeAgents.map((agent) => page(`connect/${agent}`, `Connect ${agentName(agent)}`, 'hooks settings')),
    ...me.organizations
      .filter(({ id }) => id !== organization.id)
      .map(({ id, name }) => verb(`organization:${id}`, `Switch to ${name}`, () => go(`/${id}/sessions`), 'organization')),
    theme('dark', 'Use the dark theme'),
    theme('light', 'Use the light theme'),
    theme('system', "Use the system's theme"),
    verb('rail', 'Fold or unfold the rail', toggleRail, 'sidebar'),
    verb('keys', 'Show the keyboard shortcuts', showShortcuts, 'help'),
    verb('logout', 'Log out', logout, 'sign out'),
    ...sessions.groups.value.flatMap(({ ids }) => ids).flatMap((id) => sessionCommand(id)),
  ];

  function sessionCommand(id: string): Command[] {
    const session = sessions.session(id)?.peek();
    if (!session) return [];
    const { title, agent, gitBranch, model, status } = session;
    const also = `session ${agentName(agent)} ${gitBranch ?? ''} ${model ?? ''} ${id}`;
    return [
      {
        id,
        label: title || 'Untitled',
        section: agentName(agent),
        also,
        status,
        run: () => go(`/${organization.id}/sessions/${id}`),
      },
    ];
  }
}
