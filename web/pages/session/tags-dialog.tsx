import { useEffect, useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chip.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { asError } from '../../models/as-error.ts';
import './tags-dialog.css';

interface TagsDialogProps {
  open: boolean;
  tags: string[];
  onClose: () => void;
  onSave: (tags: string[]) => Promise<void>;
}

/** A session's tags: short words that people sort by. */
export function TagsDialog({ open, tags: saved, onClose, onSave }: TagsDialogProps) {
  const [tags, setTags] = useState(saved);
  const [word, setWord] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!open) return;
    setTags(saved);
    setWord('');
    setFailure(undefined);
  }, [open]);

  const full = tags.length >= limits.maxTags;
  const withWord = () => {
    const tag = word.trim();
    return tag === '' || tags.includes(tag) ? tags : [...tags, tag];
  };
  const add = () => {
    setTags(withWord());
    setWord('');
  };
  const save = async () => {
    setBusy(true);
    try {
      // A word that was typed but not added is meant all the same.
      await onSave(withWord());
      onClose();
    } catch (error) {
      setFailure(asError(error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      title="Tags"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={busy} onClick={save}>
            Save tags
          </Button>
        </>
      }
    >
      <Form class="tags-form" onSubmit={add}>
        <Field
          label="Add a tag"
          value={word}
          maxLength={limits.maxTagLength}
          disabled={full}
          autocomplete="off"
          hint={full ? `${limits.maxTags} tags are the most a session can have.` : 'Enter adds it.'}
          error={failure}
          onInput={(event) => setWord(event.currentTarget.value)}
        />
        <div class="tags-list">
          {tags.map((tag) => (
            <Chip key={tag} name={tag} onRemove={() => setTags(tags.filter((other) => other !== tag))}>
              <bdi>{tag}</bdi>
            </Chip>
          ))}
          {tags.length === 0 && <span class="faint">No tags yet.</span>}
        </div>
      </Form>
    </Dialog>
  );
}
