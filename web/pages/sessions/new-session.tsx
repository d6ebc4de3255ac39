import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { NewSessionRequest, SessionRequest } from '../../../wire/work.ts';
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
  // What was typed about it is still there when it is opened a second time, and never among what is asked for anew.
  const lastAgain = useRef(again);
  if (again) lastAgain.current = again;
  const repeated = lastAgain.current;
  const close = () => {
    setOpen(false);
    onClose?.();
  };
  const ask = async (json: NewSessionRequest) => {
    const { sessionId } = await read(client.api['session-requests'].$post({ json }, once()));
    close();
    route(`/${organization.id}/sessions/${sessionId}`);
  };
  if (!mayEditSessions(organization.role) || projects.items.value?.length === 0) return null;
  return (
    <>
      <Button size="small" icon="plus" onClick={() => setOpen(true)}>
        New session
      </Button>
      <NewSessionDialog open={open} projects={projects} onClose={close} onAsk={ask} />
      {repeated && (
        <NewSessionDialog
          key={repeated.id}
          open={again !== null}
          again={repeated}
          projects={projects}
          onClose={close}
          onAsk={ask}
        />
      )}
    </>
  );
}
