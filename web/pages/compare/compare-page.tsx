import '../../components/timeline/timeline.css';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Comparison } from '../../../wire/comparison.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Page } from '../../components/shell/page.tsx';
import { ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { comparisonPath, download, patchPath } from '../../download.ts';
import { number } from '../../format.ts';
import { ComparisonModel } from '../../models/compare/comparison.ts';
import { patchProblem } from '../../models/compare/comparison-figures.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CompareFiles } from './compare-files.tsx';
import { ComparePicker } from './compare-picker.tsx';
import { CompareSides } from './compare-sides.tsx';
import { CompareSteps } from './compare-steps.tsx';
import { CompareTools } from './compare-tools.tsx';
import './compare.css';

/** Two sessions or snapshots side by side; until both are named, they are chosen here. */
export function ComparePage() {
  const { organization } = useOrganization();
  const { query, route } = useLocation();
  const { a = '', b = '' } = query;
  const to = (sides: { a: string; b: string }) => {
    const given = Object.entries(sides).filter(([, id]) => id !== '');
    return `/${organization.id}/compare?${new URLSearchParams(given)}`;
  };
  if (a !== '' && b !== '') return <CompareScreen key={`${a} ${b}`} a={a} b={b} onSwap={() => route(to({ a: b, b: a }), true)} />;
  return (
    <Page title="Compare">
      <ComparePicker
        key={a || b}
        chosen={a || b}
        onChoose={(id) => route(to(a === '' ? { a: id, b } : { a, b: id }))}
        onClear={() => route(to({ a: '', b: '' }), true)}
      />
    </Page>
  );
}

function CompareScreen({ a, b, onSwap }: { a: string; b: string; onSwap: () => void }) {
  const { organization } = useOrganization();
  const model = useMemo(
    () =>
      new ComparisonModel({
        // The route answers in two formats; without a name it is this one.
        comparison: async () => (await read(client.api.compare.$get({ query: { a, b } }))) as Comparison,
        file: (path) => read(client.api.compare.file.$get({ query: { a, b, path } })),
      }),
    [a, b],
  );
  useEffect(() => {
    model.load();
  }, [model]);

  const comparison = model.comparison.value;
  const failure = model.failure.value;
  const problem = comparison ? patchProblem(comparison) : undefined;
  const hrefOf = (sessionId: string) => `/${organization.id}/sessions/${sessionId}`;
  return (
    <Page
      title="Compare"
      actions={
        <>
          <Button icon="updown" onClick={onSwap}>
            Swap
          </Button>
          <Menu
            label="Export"
            align="end"
            groups={[
              [
                { label: 'Markdown', icon: 'download', onSelect: () => download(comparisonPath(a, b, 'markdown')) },
                { label: 'JSON', icon: 'download', onSelect: () => download(comparisonPath(a, b, 'json')) },
                {
                  label: 'Patch from A to B',
                  icon: 'download',
                  disabled: !comparison || problem !== undefined,
                  ...(problem !== undefined && { hint: problem }),
                  onSelect: () => download(patchPath(a, b)),
                },
              ],
            ]}
          >
            {({ buttonRef, ...trigger }) => (
              <Button icon="download" buttonRef={buttonRef} {...trigger}>
                Export
              </Button>
            )}
          </Menu>
        </>
      }
    >
      {failure && !comparison && <ErrorState title="These could not be compared" detail={failure.message} onRetry={model.load} />}
      {!failure && !comparison && <Loading />}
      {comparison && (
        <div class="compare">
          {[comparison.a, comparison.b].map(
            ({ eventsRead, eventsLeftOut }, i) =>
              eventsLeftOut > 0 && (
                <Notice tone="warn" key={String(i)}>
                  Of {i === 0 ? 'A' : 'B'} the first {number(eventsRead)} events are compared, {number(eventsLeftOut)} more are
                  not.
                </Notice>
              ),
          )}
          <CompareSides comparison={comparison} hrefOf={hrefOf} />
          <CompareFiles files={comparison.files} opened={model.files.value} onOpen={model.open} />
          <CompareTools tools={comparison.tools} />
          <CompareSteps comparison={comparison} hrefOf={hrefOf} />
        </div>
      )}
    </Page>
  );
}

function Loading() {
  return (
    <div class="compare" aria-busy="true">
      <span class="visually-hidden" role="status">
        Comparing
      </span>
      <div class="compare-sides">
        <Skeleton height={96} />
        <Skeleton height={96} />
      </div>
      {[0, 1, 2, 3, 4].map((key) => (
        <Skeleton key={key} height={20} />
      ))}
    </div>
  );
}
