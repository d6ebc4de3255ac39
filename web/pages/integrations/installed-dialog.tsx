import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Integration } from '../../../wire/integration.ts';
import { ApiError, client, read } from '../../api.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Loaded } from '../../components/settings/loaded.tsx';
import { newIntegration, peopleIn, triggersIn } from '../../models/alerts/code-host-guides.ts';
import { handedBackIn } from '../../models/alerts/handed-back.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CodeHostForm } from './code-host-dialog.tsx';
import { ProjectFirst } from './project-first.tsx';

interface InstalledDialogProps {
  onMade: (integration: Integration) => void;
  /** It is connected already, perhaps by somebody else: what is known may be older than that. */
  onConflict: () => void;
}

/** Goes on where GitHub left off: what an installation that was just made starts, and in which project. */
export function InstalledDialog({ onMade, onConflict }: InstalledDialogProps) {
  const { projects } = useOrganization();
  const { route } = useLocation();
  const [handedBack, setHandedBack] = useState(() => handedBackIn(location.search));
  // The code serves once: it does not stay in the address, nor in what is gone back to.
  useEffect(() => {
    if (handedBack) route(location.pathname, true);
  }, []);
  if (!handedBack) return null;
  const close = () => setHandedBack(undefined);
  return (
    <Dialog open title="The GitHub App is installed" onClose={close}>
      <Loaded list={projects} what="Projects">
        {([first]) =>
          first ? (
            <CodeHostForm
              kind="github"
              isInstalled
              initial={newIntegration(first.id)}
              verb="Connect"
              onSubmit={async (values) => {
                const { projectId } = values;
                const name = values.name.trim();
                const json = {
                  ...handedBack,
                  projectId,
                  triggers: triggersIn(values),
                  people: peopleIn(values),
                  ...(name !== '' && { name }),
                };
                try {
                  onMade(await read(client.api['github-app'].installations.$post({ json })));
                } catch (error) {
                  if (error instanceof ApiError && error.code === 'conflict') onConflict();
                  throw error;
                }
                close();
              }}
            />
          ) : (
            <ProjectFirst name="GitHub" />
          )
        }
      </Loaded>
    </Dialog>
  );
}
