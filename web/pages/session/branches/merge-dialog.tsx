import { useEffect, useState } from 'preact/hooks';
import type { SessionSummary } from '../../../../wire/session.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Notice } from '../../../components/states.tsx';
import { Said } from '../../../components/timeline/said.tsx';
import { asError } from '../../../models/as-error.ts';

interface MergeDialogProps {
  open: boolean;
  session: SessionSummary;
  /** Null while it is not known. */
  parent: SessionSummary | null;
  onClose: () => void;
  /** `message`: the parent's agent is told, too. */
  onMerge: (message: boolean) => Promise<void>;
}

/** Gives what a branch came to back to the session that it left: into its log, and to its agent if that still listens. */
export function MergeDialog({ open, session, parent, onClose, onMerge }: MergeDialogProps) {
  const [busy, setBusy] = useState<'attach' | 'tell'>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (open) setFailure(undefined);
  }, [open]);
  const merge = async (message: boolean) => {
    setBusy(message ? 'tell' : 'attach');
    try {
      await onMerge(message);
      onClose();
    } catch (error) {
      setFailure(asError(error).message);
    } finally {
      setBusy(undefined);
    }
  };
  const listens = parent !== null && parent.endedAt === null;
  return (
    <Dialog
      open={open}
      title="Give the outcome back"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={busy === 'attach'} kind={listens ? 'secondary' : 'primary'} onClick={() => merge(false)}>
            Attach it
          </Button>
          {listens && (
            <Button busy={busy === 'tell'} kind="primary" onClick={() => merge(true)}>
              Attach it and tell the agent
            </Button>
          )}
        </>
      }
    >
      <p>
        What this branch came to (its last words, the files that it changed, its cost) is attached to{' '}
        <strong>
          <Said text={parent?.title || 'its parent'} />
        </strong>
        .{' '}
        {listens
          ? 'Its agent can be told, too: it reads that at its next hook, and goes on with it.'
          : 'Its agent has left, so it is told nothing.'}
      </p>
      <p class="muted">
        No file of the parent changes.
        {session.branch?.mergedSeq !== undefined && ' An earlier outcome of this branch is attached already; this one joins it.'}
      </p>
      {failure && <Notice tone="bad">{failure}</Notice>}
    </Dialog>
  );
}
