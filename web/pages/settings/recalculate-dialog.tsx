import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { money, number, plural } from '../../format.ts';
import { RecalculationModel, type Tally } from '../../models/costs/recalculation.ts';

const monthMs = 30 * 86_400_000;

/** Shows what recalculating would change, and changes it once that is agreed to. */
export function RecalculateDialog({ onClose }: { onClose: () => void }) {
  const model = useMemo(
    () => new RecalculationModel({ page: (json) => read(client.api.prices.recalculate.$post({ json })) }),
    [],
  );
  const from = useSignal(new Date(Date.now() - monthMs).toISOString().slice(0, 10));
  useEffect(() => model.close, []);

  const step = model.step.value;
  const tally = model.tally.value;
  const failure = model.failure.value;
  const isBusy = step === 'looking' || step === 'changing';
  const changes = step === 'found' && tally.changed > 0;
  const isOver = step === 'done' || (step === 'found' && !changes);
  return (
    <Dialog
      open
      title="Recalculate costs"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{isOver ? 'Close' : 'Cancel'}</Button>
          {!isOver && (
            <Button
              kind="primary"
              busy={isBusy}
              onClick={() => (changes || step === 'changing' ? model.change() : model.look(from.value))}
            >
              {changes || step === 'changing' ? `Correct ${plural(tally.changed, 'session')}` : 'See what would change'}
            </Button>
          )}
        </>
      }
    >
      <p>
        Sessions are counted again at today’s prices. What differs is added to each of them as a correction in its log, with your
        name; its events stay as they are. Budgets and reports follow.
      </p>
      {(step === 'ready' || step === 'looking') && (
        <Field
          label="Sessions active since (UTC)"
          name="from"
          autocomplete="off"
          value={from.value}
          disabled={isBusy}
          onInput={({ currentTarget }) => {
            from.value = currentTarget.value;
          }}
        />
      )}
      {isBusy && (
        <div class="recalculation" role="status">
          <progress value={model.progress.value ?? undefined} max={1} aria-label="Recalculating" />
          <span class="faint numeric">{plural(tally.sessions, 'session')} looked at</span>
        </div>
      )}
      {step === 'found' && <Notice>{foundWords(tally)}</Notice>}
      {step === 'done' && (
        <Notice tone="good">
          {plural(tally.changed, 'session')} corrected: {deltaWords(tally)}.
        </Notice>
      )}
      {failure && <Notice tone="bad">{failure.message} What is corrected already stays so; try again to go on.</Notice>}
    </Dialog>
  );
}

function foundWords(tally: Tally): string {
  if (tally.changed === 0) return `Nothing would change in ${plural(tally.sessions, 'session')}.`;
  return `${plural(tally.changed, 'session')} of ${number(tally.sessions)} would change: ${deltaWords(tally)}.`;
}

function deltaWords({ deltaMicroUsd }: Tally): string {
  if (deltaMicroUsd === 0) return 'the sum stays the same';
  return `${money(Math.abs(deltaMicroUsd))} ${deltaMicroUsd > 0 ? 'more' : 'less'} in all`;
}
