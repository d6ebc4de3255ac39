import type { IconName } from '../icon.tsx';

/** A page that the rail leads to. */
export interface ShellPage {
  path: string;
  icon: IconName;
  label: string;
  /** After `g`, it goes there; `verb` says so in the list of keys. */
  key: string;
  verb: string;
  /** In the bar under a phone's thumb, which has room for four; the others are under “You”. */
  atThumb?: true;
}

export const shellPages: readonly ShellPage[] = [
  { path: 'sessions', icon: 'sessions', label: 'Sessions', key: 's', verb: 'Go to sessions', atThumb: true },
  { path: 'approvals', icon: 'shield', label: 'Approvals', key: 'a', verb: 'Go to approvals', atThumb: true },
  { path: 'alerts', icon: 'bell', label: 'Alerts', key: 'l', verb: 'Go to alerts', atThumb: true },
  { path: 'work', icon: 'terminal', label: 'Work', key: 'w', verb: 'Go to work' },
  { path: 'budgets', icon: 'budgets', label: 'Budgets', key: 'b', verb: 'Go to budgets', atThumb: true },
  { path: 'costs', icon: 'costs', label: 'Costs', key: 'o', verb: 'Go to costs' },
  { path: 'rules', icon: 'filter', label: 'Rules', key: 'r', verb: 'Go to rules' },
  { path: 'connect', icon: 'connect', label: 'Connect', key: 'c', verb: 'Connect an agent' },
  { path: 'settings', icon: 'settings', label: 'Settings', key: ',', verb: 'Go to settings' },
];
