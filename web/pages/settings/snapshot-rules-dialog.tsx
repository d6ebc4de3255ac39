import { useEffect, useRef, useState } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { draftOf, rulesIn, type SnapshotRulesDraft } from '../../models/archive/snapshot-rules.ts';
import './snapshot-rules-dialog.css';

const route = client.api.projects[':projectId']['snapshot-rules'];

interface SnapshotRulesDialogProps {
  /** Null: closed. */
  project: Project | null;
  mayChange: boolean;
  onClose: () => void;
}

/** When the command keeps the workspaces of a project by itself. */
export function SnapshotRulesDialog({ project, mayChange, onClose }: SnapshotRulesDialogProps) {
  const [draft, setDraft] = useState<SnapshotRulesDraft | null>(null);
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // Another project's rules may be open by the time that these are saved.
  const shown = useRef(project?.id);
  shown.current = project?.id;
  const fail = (error: Error) => setProblem({ field: 'all', message: error.message });
  useEffect(() => {
    setDraft(null);
    setProblem(null);
    if (!project) return;
    let isCurrent = true;
    read(route.$get({ param: { projectId: project.id } })).then(
      (rules) => isCurrent && setDraft(draftOf(rules)),
      (error) => isCurrent && fail(error),
    );
    return () => {
      isCurrent = false; // The answer would be saved under whichever project is open by then.
    };
  }, [project?.id, attempt]);

  const save = async () => {
    if (!project || !draft) return;
    const found = rulesIn(draft);
    if (!found.ok) return setProblem(found);
    setBusy(true);
    setProblem(null);
    try {
      await read(route.$put({ param: { projectId: project.id }, json: found.rules }));
      showToast('Saved: the command follows it from its next answer on.');
      if (shown.current === project.id) onClose();
    } catch (error) {
      if (shown.current === project.id) fail(error instanceof Error ? error : new Error('The rules were not saved. Try again.'));
    } finally {
      setBusy(false);
    }
  };
  const change = (part: Partial<SnapshotRulesDraft>) => draft && setDraft({ ...draft, ...part });
  return (
    <Dialog
      open={project !== null}
      title={`Snapshots of ${project?.name ?? ''}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{mayChange ? 'Cancel' : 'Close'}</Button>
          {mayChange && (
            <Button kind="primary" busy={busy} disabled={!draft} onClick={save}>
              Save rules
            </Button>
          )}
        </>
      }
    >
      {!draft && !problem && <Skeleton height={120} />}
      {draft && (
        <Form class="snapshot-rules" onSubmit={save}>
          <p class="muted">The flightdeck command keeps the files of a session by itself, on machines that are logged in:</p>
          <label>
            <input
              type="checkbox"
              checked={draft.atStart}
              disabled={!mayChange}
              onChange={(event) => change({ atStart: event.currentTarget.checked })}
            />{' '}
            as a session begins
          </label>
          <label>
            <input
              type="checkbox"
              checked={draft.atEnd}
              disabled={!mayChange}
              onChange={(event) => change({ atEnd: event.currentTarget.checked })}
            />{' '}
            as it ends
          </label>
          <Field
            label="Every so many minutes while it works"
            inputMode="numeric"
            value={draft.minutes}
            placeholder="Never"
            disabled={!mayChange}
            error={problem?.field === 'minutes' ? problem.message : undefined}
            onInput={(event) => change({ minutes: event.currentTarget.value })}
          />
          <Field
            label="Before calls of these tools"
            value={draft.tools}
            placeholder="Bash, Write, mcp__*"
            disabled={!mayChange}
            hint="Separated by commas; * stands for anything. Such a call waits until the files are kept, twenty seconds at most."
            error={problem?.field === 'tools' ? problem.message : undefined}
            onInput={(event) => change({ tools: event.currentTarget.value })}
          />
        </Form>
      )}
      {!draft && problem && (
        <ErrorState title="The rules did not load" detail={problem.message} onRetry={() => setAttempt(attempt + 1)} />
      )}
      {draft && problem?.field === 'all' && <Notice tone="bad">{problem.message}</Notice>}
    </Dialog>
  );
}
