import { LinkButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useOrganization } from '../../organization-scope.ts';

/** Instead of a form for a code host, where there is no project that its sessions could belong to. */
export function ProjectFirst({ name }: { name: string }) {
  const { organization } = useOrganization();
  return (
    <EmptyState icon="connect" title="Its sessions belong to a project">
      <p>There is none yet. Make one, then connect {name}.</p>
      <LinkButton href={`/${organization.id}/settings/projects`}>Projects</LinkButton>
    </EmptyState>
  );
}
