import { useEffect, useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { FileField, SendingBar } from '../../components/file-field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import { bytes } from '../../format.ts';
import { asError } from '../../models/as-error.ts';

interface UploadDialogProps {
  open: boolean;
  /** Which share is sent; null while nothing is. */
  sent: number | null;
  /** Breaks off what is being sent, too. */
  onClose: () => void;
  onUpload: (file: File, name: string) => Promise<void>;
}

/** An archive from one's own machine, kept as a snapshot of the session. */
export function UploadDialog({ open, sent, onClose, onUpload }: UploadDialogProps) {
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!open) return;
    setFile(undefined);
    setName('');
    setFailure(undefined);
  }, [open]);
  const tooLarge = file !== undefined && file.size > limits.maxUploadBytes;
  const send = async () => {
    if (sent !== null || tooLarge) return; // Enter in the name's field comes here too.
    if (!file) return setFailure('Choose a .tar.gz file first.');
    setFailure(undefined);
    try {
      await onUpload(file, name.trim());
    } catch (error) {
      setFailure(asError(error).message);
    }
  };
  return (
    <Dialog
      open={open}
      title="Upload a snapshot"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={sent !== null} disabled={tooLarge} onClick={send}>
            Upload
          </Button>
        </>
      }
    >
      <Form class="upload-form" onSubmit={send}>
        <FileField
          label="Archive (.tar.gz)"
          accept=".tar.gz,.tgz,application/gzip"
          hint={`At most ${bytes(limits.maxUploadBytes)}, and ${bytes(limits.maxUploadPlainBytes)} unpacked. Secrets are not looked for: what it holds is kept.`}
          onChoose={setFile}
        />
        <Field
          label="Name"
          value={name}
          maxLength={limits.maxTitleLength}
          autocomplete="off"
          hint="What you will know it by; may be left out."
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <SendingBar sent={sent} after="Unpacking and checking" />
        {tooLarge && <Notice tone="bad">This file has {bytes(file.size)}. The flightdeck command has no such limit.</Notice>}
        {failure && <Notice tone="bad">{failure}</Notice>}
      </Form>
    </Dialog>
  );
}
