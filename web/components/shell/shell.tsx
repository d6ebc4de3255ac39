import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import type { Organization, User } from '../../../wire/identity.ts';
import { railCollapsed, toggleRail } from '../../rail.ts';
import { modKey, useShortcuts } from '../../shortcuts.ts';
import { IconButton } from '../button.tsx';
import { Kbd } from '../chip.tsx';
import { Icon } from '../icon.tsx';
import { AccountMenu } from './account-menu.tsx';
import { OrganizationMenu } from './organization-menu.tsx';
import { RailLink } from './rail-link.tsx';
import { type ShellPage, shellPages } from './shell-pages.ts';

interface ShellProps {
  user: User;
  organization: Organization;
  organizations: Organization[];
  /** Calls that wait for a person, and alerts that press: the badges on their entries. */
  waiting: number;
  pressing: number;
  onOpenPalette: () => void;
  onShowShortcuts: () => void;
  onLogout: () => void;
  children: ComponentChildren;
}

/** The frame around every page: rail on the left, bar at the bottom on a phone. */
export function Shell({
  user,
  organization,
  organizations,
  waiting,
  pressing,
  onOpenPalette,
  onShowShortcuts,
  onLogout,
  children,
}: ShellProps) {
  const { route } = useLocation();
  const at = (page: string) => `/${organization.id}/${page}`;
  useShortcuts('Everywhere', [
    { keys: 'mod+k', label: 'Go anywhere, do anything', run: onOpenPalette },
    ...shellPages.map(({ key, verb, path }) => ({ keys: `g ${key}`, label: verb, run: () => route(at(path)) })),
    { keys: '[', label: 'Fold or unfold the rail', run: toggleRail },
    { keys: '?', label: 'Show these keys', run: onShowShortcuts },
  ]);

  const badges: Record<string, { count: number; label: string }> = {
    approvals: { count: waiting, label: 'waiting for you' },
    alerts: { count: pressing, label: 'open and not seen' },
  };
  const link = ({ path, icon, label }: ShellPage) => (
    <RailLink key={path} href={at(path)} icon={icon} label={label} badge={badges[path]?.count} badgeLabel={badges[path]?.label} />
  );
  const accountMenu = { user, organization, organizations, onLogout, onShowShortcuts };

  return (
    <div class="shell" data-collapsed={railCollapsed.value}>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <nav class="rail" aria-label="Main">
        <OrganizationMenu organization={organization} organizations={organizations} />
        <button type="button" class="rail-search" onClick={onOpenPalette} title="Go anywhere, do anything">
          <Icon name="search" />
          <span class="rail-label">Go to…</span>
          <span class="rail-keys" aria-hidden="true">
            <Kbd>{modKey}</Kbd>
            <Kbd>K</Kbd>
          </span>
        </button>
        <div class="rail-links">{shellPages.map(link)}</div>
        <div class="rail-end">
          <AccountMenu {...accountMenu} />
          <IconButton
            icon="collapse"
            class="rail-toggle"
            label={railCollapsed.value ? 'Unfold the rail' : 'Fold the rail'}
            aria-expanded={!railCollapsed.value}
            onClick={toggleRail}
          />
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <nav class="bottom-bar" aria-label="Main">
        {shellPages.filter(({ atThumb }) => atThumb).map(link)}
        <AccountMenu {...accountMenu} phone />
      </nav>
    </div>
  );
}
