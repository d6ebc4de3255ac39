import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asError } from '../models/as-error.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Notice } from './states.tsx';

interface ConfirmProps {
  open: boolean;
  /** Names what is destroyed: "Remove Ada Lovelace?" */
  title: string;
  /** The verb again: "Remove Ada". */
  verb: string;
  onClose: () => void;
  /** Resolves when done, rejects with words that can be shown. */
  onConfirm: () => Promise<void>;
  /** What follows from it. */
  children: ComponentChildren;
}

/** Asks before something is destroyed; stays open with the reason when it fails. */
export function Confirm({ open, title, verb, onClose, onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const close = () => {
    setFailure(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(asError(error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      title={title}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {failure && <Notice tone="bad">{failure}</Notice>}
    </Dialog>
  );
}
