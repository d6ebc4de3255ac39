import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { SessionRequest } from '../../../wire/work.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { NewSessionDialog } from './new-session-dialog.tsx';

interface NewSessionProps {
  /** One that failed or was cancelled, to be asked for once more. */
  again?: SessionRequest | null;
  onClose?: () => void;
}

/** The button that asks for a session, for whom may. */
export function NewSession({ again = null, onClose }: NewSessionProps) {
  const { organization, projects } = useOrganization();
  const { route } = useLocation();
  const [open, setOpen] = useState(false);
  // What its agent was told is deleted once a session is over; its title is the first line of that.
  const initial = useMemo(
    () => again && { projectId: again.projectId, prompt: again.title, repository: again.repository ?? '', ref: again.ref ?? '' },
    [again],
  );
  const close = () => {
    setOpen(false);
    onClose?.();
  };
  const items = projects.items.value ?? [];
  if (!mayEditSessions(organization.role) || items.length === 0) return null;
  return (
    <>
      <Button size="small" icon="plus" onClick={() => setOpen(true)}>
        New session
      </Button>
      <NewSessionDialog
        open={open || initial !== null}
        initial={initial}
        projects={items}
        onClose={close}
        onAsk={async (json) => {
          const { sessionId } = await read(client.api['session-requests'].$post({ json }, once()));
          close();
          route(`/${organization.id}/sessions/${sessionId}`);
        }}
      />
    </>
  );
}
