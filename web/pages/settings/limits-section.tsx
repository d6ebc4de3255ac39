import { useEffect } from 'preact/hooks';
import { Section } from '../../components/settings/section.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { LimitsForm } from './limits-form.tsx';
import './limits.css';

/** Quotas, timeouts, the fail mode and bucket sizes. */
export function LimitsSection() {
  const { projects, limits } = useOrganization();
  const { answer, failure } = limits;
  useEffect(() => {
    limits.load();
    projects.load();
  }, [limits, projects]);
  if (answer.value) return <LimitsForm answer={answer.value} onSave={limits.change} />;
  if (failure.value) return <ErrorState title="The limits did not load" detail={failure.value} onRetry={limits.load} />;
  return (
    <Section title="Quotas">
      <div class="limit-fields">
        {[0, 1, 2, 3].map((row) => (
          <div class="field" key={row}>
            <Skeleton width={120} />
            <Skeleton height={32} />
          </div>
        ))}
      </div>
    </Section>
  );
}
