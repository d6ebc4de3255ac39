import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { NewSessionDialog } from './new-session-dialog.tsx';

/** The button that asks for a session, for whom may. */
export function NewSession() {
  const { organization, projects } = useOrganization();
  const { route } = useLocation();
  const [open, setOpen] = useState(false);
  const items = projects.items.value ?? [];
  if (!mayEditSessions(organization.role) || items.length === 0) return null;
  return (
    <>
      <Button size="small" icon="plus" onClick={() => setOpen(true)}>
        New session
      </Button>
      <NewSessionDialog
        open={open}
        projects={items}
        onClose={() => setOpen(false)}
        onAsk={async (json) => {
          const { sessionId } = await read(client.api['session-requests'].$post({ json }, once()));
          setOpen(false);
          route(`/${organization.id}/sessions/${sessionId}`);
        }}
      />
    </>
  );
}
