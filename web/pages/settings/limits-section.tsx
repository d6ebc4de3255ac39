import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import { client, read } from '../../api.ts';
import { Section } from '../../components/settings/section.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { LimitsForm } from './limits-form.tsx';
import './limits.css';

/** Quotas, timeouts, the fail mode and bucket sizes. */
export function LimitsSection() {
  const { projects } = useOrganization();
  const answer = useSignal<LimitsAnswer | null>(null);
  const failure = useSignal<string | null>(null);
  const load = async () => {
    failure.value = null;
    try {
      answer.value = await read(client.api.limits.$get());
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    load();
    projects.load();
  }, []);
  if (failure.value && !answer.value) return <ErrorState title="The limits did not load" detail={failure.value} onRetry={load} />;
  if (!answer.value) {
    return (
      <Section title="Quotas">
        {[0, 1, 2, 3].map((row) => (
          <div class="limit-field" key={row}>
            <Skeleton width={120} />
            <Skeleton height={32} />
          </div>
        ))}
      </Section>
    );
  }
  return (
    <LimitsForm
      answer={answer.value}
      onSave={async (json) => {
        answer.value = await read(client.api.limits.$patch({ json }));
      }}
    />
  );
}
