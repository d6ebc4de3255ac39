import type { ComponentType } from 'preact';
import { Page } from '../../components/shell/page.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { IntegrationsSection } from '../integrations/integrations-section.tsx';
import { NotFoundPage } from '../not-found-page.tsx';
import { ApiTokensSection } from './api-tokens-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { MembersSection } from './members-section.tsx';
import { OrganizationSection } from './organization-section.tsx';
import { PricesSections } from './prices-sections.tsx';
import { ProfileSection } from './profile-section.tsx';
import { ProjectsSection } from './projects-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { TransferSection } from './transfer-section.tsx';
import './settings.css';
import './limits.css';

const sections: { id: string; label: string; content: ComponentType }[] = [
  { id: 'profile', label: 'Profile', content: ProfileSection },
  { id: 'organization', label: 'Organization', content: OrganizationSection },
  { id: 'members', label: 'Members', content: MembersSection },
  { id: 'projects', label: 'Projects', content: ProjectsSection },
  { id: 'integrations', label: 'Integrations', content: IntegrationsSection },
  { id: 'prices', label: 'Prices and rates', content: PricesSections },
  { id: 'limits', label: 'Limits', content: LimitsSection },
  { id: 'retention', label: 'Retention', content: RetentionSection },
  { id: 'transfer', label: 'Export and import', content: TransferSection },
  { id: 'api-tokens', label: 'API tokens', content: ApiTokensSection },
];

export function SettingsPage({ section = 'profile' }: { section?: string }) {
  const { organization } = useOrganization();
  const current = sections.find(({ id }) => id === section);
  if (!current) return <NotFoundPage />;
  const { content: Content } = current;
  return (
    <Page title={current.id === 'profile' ? 'Settings' : `${current.label} settings`} heading={<h1>Settings</h1>}>
      <div class="settings">
        <nav class="settings-nav" aria-label="Settings">
          {sections.map(({ id, label }) => (
            <a
              key={id}
              ref={id === current.id ? intoView : undefined}
              href={`/${organization.id}/settings/${id}`}
              aria-current={id === current.id ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <div class="settings-content">
          <Content key={current.id} />
        </div>
      </div>
    </Page>
  );
}

/** On a phone the sections are a strip that is wider than the screen. */
const intoView = (link: HTMLAnchorElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' });
