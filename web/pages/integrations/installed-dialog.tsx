import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Integration } from '../../../wire/integration.ts';
import { client, read } from '../../api.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Loaded } from '../../components/settings/loaded.tsx';
import { newIntegration, peopleIn, triggersIn } from '../../models/alerts/code-host-guides.ts';
import { handedBackIn } from '../../models/alerts/handed-back.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CodeHostForm } from './code-host-dialog.tsx';
import { ProjectFirst } from './project-first.tsx';

/** Goes on where GitHub left off: what an installation that was just made starts, and in which project. */
export function InstalledDialog({ onMade }: { onMade: (integration: Integration) => void }) {
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
                onMade(await read(client.api['github-app'].installations.$post({ json })));
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
