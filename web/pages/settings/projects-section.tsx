import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { client, once, read } from '../../api.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { NameDialog } from '../../components/settings/name-dialog.tsx';
import { sayRenamed } from '../../components/settings/renamed.ts';
import { Section } from '../../components/settings/section.tsx';
import { shortDate } from '../../format.ts';
import { mayConnect, mayCreateProjects, mayEditProjects, mayManageBudgets } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { IngestTokens } from './ingest-tokens.tsx';
import { SnapshotRulesDialog } from './snapshot-rules-dialog.tsx';

export function ProjectsSection() {
  const { organization, projects } = useOrganization();
  const creating = useSignal(false);
  const renaming = useSignal<Project | null>(null);
  const keeping = useSignal<Project | null>(null);
  const opened = useSignal<string | null>(null);
  useEffect(() => {
    projects.load();
  }, []);

  const create = async (name: string) => {
    const project = await read(client.api.projects.$post({ json: { name } }, once()));
    projects.update((all) => [...all, project]);
    return null;
  };
  const put = async (id: string, name: string) => {
    const project = await read(client.api.projects[':projectId'].$patch({ param: { projectId: id }, json: { name } }));
    projects.update((all) => all.map((other) => (other.id === id ? project : other)));
  };
  const rename = async (project: Project, name: string) => {
    if (name === project.name) return;
    await put(project.id, name);
    sayRenamed('The project', name, () => put(project.id, project.name));
  };
  const mayOpen = mayConnect(organization.role);

  return (
    <Section
      title="Projects"
      lead="A project is a repository or a piece of work. Each agent sends with an ingest token of one of them."
      action={
        mayCreateProjects(organization.role) && (
          <Button kind="primary" icon="plus" onClick={() => (creating.value = true)}>
            New project
          </Button>
        )
      }
    >
      <ItemRows list={projects} what="Projects" empty="None yet." keyOf={({ id }) => id}>
        {(project) => (
          <>
            <span class="row-icon">
              <Icon name="project" />
            </span>
            <span class="row-main">
              <strong class="truncate">{project.name}</strong>
              <span class="faint">since {shortDate(Date.parse(project.createdAt), Date.now())}</span>
            </span>
            {mayEditProjects(organization.role) && (
              <IconButton icon="edit" label={`Rename ${project.name}`} onClick={() => (renaming.value = project)} />
            )}
            <Button size="small" onClick={() => (keeping.value = project)}>
              Snapshots
            </Button>
            {mayOpen && (
              <Button
                size="small"
                aria-expanded={opened.value === project.id}
                onClick={() => (opened.value = opened.value === project.id ? null : project.id)}
              >
                Ingest tokens
              </Button>
            )}
            {opened.value === project.id && <IngestTokens project={project} />}
          </>
        )}
      </ItemRows>
      <SnapshotRulesDialog
        project={keeping.value}
        mayChange={mayManageBudgets(organization.role)}
        onClose={() => (keeping.value = null)}
      />
      <NameDialog
        open={creating.value}
        title="New project"
        verb="Create project"
        maxLength={limits.maxProjectNameLength}
        onClose={() => (creating.value = false)}
        onName={create}
      />
      <NameDialog
        open={renaming.value !== null}
        title={`Rename ${renaming.value?.name}`}
        verb="Rename project"
        initial={renaming.value?.name}
        maxLength={limits.maxProjectNameLength}
        onClose={() => (renaming.value = null)}
        onName={async (name) => {
          if (renaming.value) await rename(renaming.value, name);
          return null;
        }}
      />
    </Section>
  );
}
