import { useLocation } from 'preact-iso';
import { Page } from '../../components/shell/page.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { ConnectFlow } from './connect-flow.tsx';

export function ConnectPage({ agent }: { agent?: string }) {
  const { organization, connection } = useOrganization();
  const { route } = useLocation();
  return (
    <Page title="Connect an agent" connection={connection}>
      <div class="connect-page">
        <ConnectFlow agent={agent} onAgent={(next) => route(`/${organization.id}/connect/${next}`, true)} />
      </div>
    </Page>
  );
}
