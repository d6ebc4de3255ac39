import { useEffect, useMemo } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { NewSessionRequest, SessionRequest } from '../../../wire/work.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField, TextField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { agentName } from '../../components/sessions/agent-names.ts';
import { Loaded } from '../../components/settings/loaded.tsx';
import { Notice } from '../../components/states.tsx';
import { formModel } from '../../models/form.ts';
import type { ItemList } from '../../models/item-list.ts';
import '../session/session-form.css';

interface NewSessionDialogProps {
  open: boolean;
  /** One that is over, which it begins with. */
  again?: SessionRequest;
  projects: ItemList<Project>;
  onClose: () => void;
  onAsk: (wish: NewSessionRequest) => Promise<void>;
}

type NewSessionValues = Record<'projectId' | 'prompt' | 'repository' | 'ref', string>;

const empty: NewSessionValues = { projectId: '', prompt: '', repository: '', ref: '' };

const valuesOf = ({ projectId, title, repository, ref }: SessionRequest): NewSessionValues => ({
  projectId,
  prompt: title,
  repository: repository ?? '',
  ref: ref ?? '',
});

/** Asks for a session that a machine is to start. */
export function NewSessionDialog({ open, again, projects, onClose, onAsk }: NewSessionDialogProps) {
  const first = projects.items.value?.[0]?.id ?? '';
  const agent = again?.agent ?? 'claude-code';
  const form = useMemo(
    () =>
      formModel(again ? valuesOf(again) : empty, {
        check: ({ prompt }) => (prompt.trim() === '' ? { prompt: 'Give the agent something to do.' } : {}),
        submit: async ({ projectId, prompt, repository, ref }) => {
          await onAsk({
            projectId,
            agent,
            prompt,
            ...(repository.trim() !== '' && { repository }),
            ...(ref.trim() !== '' && { ref }),
          });
          form.set('prompt', '');
        },
        now: Date.now,
      }),
    [],
  );
  // What was typed outlives Escape; what went wrong the last time does not.
  useEffect(() => {
    if (open) form.forgive();
  }, [open]);
  useEffect(() => {
    if (form.values.peek().projectId === '') form.set('projectId', first);
  }, [first]);
  const { projectId, prompt, repository, ref } = form.values.value;
  const errors = form.errors.value;
  return (
    <Dialog
      open={open}
      title="New session"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            Queue it
          </Button>
        </>
      }
    >
      <Form class="session-form" onSubmit={form.submit}>
        <p class="muted">
          {agentName(agent)} starts on the next machine that runs <code>flightdeck work</code> for this project, in a checkout of
          its own.
        </p>
        {again && (
          <p class="muted">
            What its agent was told is deleted once a session is over. Only its title is left, which may be the beginning of it.
          </p>
        )}
        <TextField
          label="What it is to do"
          value={prompt}
          maxLength={limits.maxRequestPromptLength}
          placeholder="Its first prompt"
          error={errors.prompt}
          onInput={(event) => form.set('prompt', event.currentTarget.value)}
        />
        <Loaded list={projects} what="Projects">
          {(items) => (
            <SelectField
              label="Project"
              value={projectId}
              error={errors.projectId}
              onChange={(value) => form.set('projectId', value)}
            >
              {items.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
        </Loaded>
        <Field
          label="Repository"
          value={repository}
          maxLength={limits.maxRequestFactLength}
          autocomplete="off"
          spellcheck={false}
          placeholder="github.com/acme/web"
          hint="Empty: whichever folder the machine works in."
          error={errors.repository}
          onInput={(event) => form.set('repository', event.currentTarget.value)}
        />
        <Field
          label="Branch, tag or commit"
          value={ref}
          maxLength={limits.maxRequestFactLength}
          autocomplete="off"
          spellcheck={false}
          placeholder="main"
          hint="Empty: what is checked out there."
          error={errors.ref}
          onInput={(event) => form.set('ref', event.currentTarget.value)}
        />
        {/* Enter in a form of several fields submits it only where a button does. */}
        <button type="submit" hidden />
      </Form>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
