import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, read } from '../../api.ts';
import { Chip } from '../../components/chip.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { money, moneyExact } from '../../format.ts';
import { CostsModel } from '../../models/costs/costs.ts';
import { byLabels, type CostsView, daysOf, queryOfView, ranges, viewFromQuery } from '../../models/costs/costs-view.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CostsPicture } from './costs-picture.tsx';
import { CostsTable } from './costs-table.tsx';
import './costs.css';

/** What sessions cost: a picture, and the table that it is drawn from. */
export function CostsPage() {
  const { organization } = useOrganization();
  const { route, query } = useLocation();
  const model = useMemo(
    () => new CostsModel({ report: (asked) => read(client.api.costs.$get({ query: asked })), now: Date.now }),
    [],
  );
  const words = queryOfView(viewFromQuery(query));
  useEffect(() => {
    model.show(viewFromQuery(query));
  }, [words]);

  const view = viewFromQuery(query);
  const report = model.report.value;
  const failure = model.failure.value;
  const show = (change: Partial<CostsView>) => route(`/${organization.id}/costs${queryOfView({ ...view, ...change })}`, true);
  const isEmpty = report?.items.every(({ costMicroUsd, tokens }) => costMicroUsd === 0 && tokens.output === 0);

  return (
    <Page title="Costs" actions={<CsvLink view={view} organizationId={organization.id} />}>
      <div class="costs" aria-busy={model.loading.value}>
        <div class="costs-controls">
          <Segmented label="By" options={byLabels} value={view.by} onChange={(by) => show({ by })} />
          <fieldset class="costs-ranges">
            <legend class="visually-hidden">Days</legend>
            {ranges.map(({ value, label }) => (
              <Chip key={value} on={view.range === value} onClick={() => show({ range: value })}>
                {label}
              </Chip>
            ))}
          </fieldset>
        </div>
        {failure && !report && <ErrorState title="The costs did not load" detail={failure.message} onRetry={model.load} />}
        {failure && report && <Notice tone="warn">These figures are those from before: {failure.message}</Notice>}
        {!report && !failure && <Loading />}
        {report && isEmpty && (
          <EmptyState icon="costs" title="Nothing was spent in this time">
            <p>Costs come with an agent’s telemetry; settings made by Connect turn it on.</p>
          </EmptyState>
        )}
        {report && !isEmpty && (
          <>
            <p class="costs-total">
              <strong class="numeric" title={moneyExact(report.costMicroUsd)}>
                {money(report.costMicroUsd)}
              </strong>{' '}
              <span class="muted">
                from {report.from} to {report.to}, days in UTC
              </span>
            </p>
            <CostsPicture report={report} />
            <CostsTable report={report} organizationId={organization.id} />
          </>
        )}
      </div>
    </Page>
  );
}

function CsvLink({ view, organizationId }: { view: CostsView; organizationId: string }) {
  // A link sends no header that names the organization.
  const query = new URLSearchParams({ by: view.by, ...daysOf(view.range, Date.now()), organization: organizationId });
  return (
    <a class="button secondary normal" href={`/api/costs.csv?${query}`} download>
      <Icon name="download" />
      <span>CSV</span>
    </a>
  );
}

function Loading() {
  return (
    <div class="costs-loading" aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton width={180} height={24} />
      <Skeleton height={220} />
      {[0, 1, 2].map((key) => (
        <Skeleton key={key} height={20} />
      ))}
    </div>
  );
}
