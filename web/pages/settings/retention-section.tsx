import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RetentionAnswer } from '../../../wire/retention.ts';
import { client, read } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Field } from '../../components/field.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Form } from '../../components/form.tsx';
import { Section } from '../../components/settings/section.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import { showToast } from '../../components/toast.tsx';
import {
  reportWords,
  retentionPatch,
  retentionProblems,
  retentionTexts,
  shorteningWords,
} from '../../models/archive/retention.ts';
import { formModel } from '../../models/form.ts';
import { mayManageRetention, mayReadTrash } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';

const route = client.api.retention;

/** How long what is kept, and what the daily runs did. */
export function RetentionSection() {
  const [answer, setAnswer] = useState<RetentionAnswer | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const load = () => {
    setFailure(null);
    read(route.$get()).then(setAnswer, setFailure);
  };
  useEffect(load, []);
  if (failure) return <ErrorState title="The retention did not load" detail={failure.message} onRetry={load} />;
  if (!answer) {
    return (
      <Section title="Retention">
        <Skeleton width={240} />
        <Skeleton height={32} />
      </Section>
    );
  }
  return (
    <>
      <RetentionForm answer={answer} onSaved={setAnswer} />
      <Section
        title="What was done"
        lead="Each organization has its turn once a day. Days on which nothing was due are left out."
      >
        {answer.reports.length === 0 && <p class="muted">Nothing was due yet.</p>}
        <ul class="rows">
          {answer.reports.map((report) => (
            <li class="row" key={report.at}>
              <RelativeTime at={report.at} />
              <span>{reportWords(report)}</span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function RetentionForm({ answer, onSaved }: { answer: RetentionAnswer; onSaved: (answer: RetentionAnswer) => void }) {
  const { organization } = useOrganization();
  const { retention, trashDays } = answer;
  const manages = mayManageRetention(organization.role);
  const [lost, setLost] = useState<string[]>([]);
  const form = useMemo(
    () =>
      formModel(retentionTexts(retention), {
        check: retentionProblems,
        submit: async (texts) => {
          onSaved(await read(route.$patch({ json: retentionPatch(texts, retention) })));
          showToast('Saved: the next run follows it.');
        },
        now: Date.now,
      }),
    [JSON.stringify(retention)],
  );
  const save = async () => {
    const texts = form.values.peek();
    const isSound = Object.keys(retentionProblems(texts)).length === 0;
    const words = isSound ? shorteningWords(retentionPatch(texts, retention), retention) : [];
    if (words.length > 0) setLost(words);
    else await form.submit();
  };
  const days = (name: 'liveDays' | 'sessionDays' | 'snapshotDays', label: string, hint: string) => (
    <Field
      label={label}
      inputMode="numeric"
      disabled={!manages}
      placeholder={name === 'liveDays' ? undefined : 'For good'}
      value={form.values.value[name]}
      hint={hint}
      error={form.errors.value[name]}
      onInput={(event) => form.set(name, event.currentTarget.value)}
    />
  );
  return (
    <Section
      title="Retention"
      lead={
        <>
          What is older than this goes into{' '}
          {mayReadTrash(organization.role) ? <a href={`/${organization.id}/trash`}>the trash</a> : 'the trash'}, and {trashDays}{' '}
          days later for good.
        </>
      }
    >
      <Form class="limits-form" onSubmit={save}>
        <div class="limit-fields">
          {days(
            'sessionDays',
            'Sessions, days after their last event',
            'With log and snapshots; their cost stays in the reports.',
          )}
          {days('snapshotDays', 'Snapshots, days after they were taken', 'Of whatever session, named or not.')}
          {days('liveDays', 'Logs stay live, days after the end', 'Then they move to the archive; 0 is an hour.')}
        </div>
        {manages ? (
          <Submit verb="Save retention" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
        ) : (
          <p class="muted">Admins of {organization.name} change these.</p>
        )}
      </Form>
      <Confirm
        open={lost.length > 0}
        title="Keep less than now?"
        verb="Keep less"
        onClose={() => setLost([])}
        onConfirm={form.submit}
      >
        {lost.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p>
          A change brings the next run within minutes. What it throws away can be brought back for {trashDays} days, and is gone
          for good then.
        </p>
      </Confirm>
    </Section>
  );
}
