import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Rate, ToolRate } from '../../../wire/rate.ts';
import { client, read } from '../../api.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { unitPrice } from '../../format.ts';
import { asError } from '../../models/as-error.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManagePrices } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { RateForm } from './rate-form.tsx';

const { rates: route } = client.api;

/** What tool calls cost: nothing, until somebody says so. */
export function RatesSection() {
  const { organization } = useOrganization();
  const manages = mayManagePrices(organization.role);
  const rates = useMemo(
    () =>
      itemList<ToolRate>(async () => {
        const { items, nextCursor } = await read(route.$get());
        return { items: items.toSorted(byName), nextCursor };
      }),
    [],
  );
  /** The tool that is edited; empty for a new one. */
  const editing = useSignal<string | null>(null);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    rates.load();
  }, []);

  const set = async (tool: string, json: Rate) => {
    const rate = await read(route[':tool'].$put({ param: { tool }, json }));
    rates.update((all) => [...all.filter((other) => other.tool !== rate.tool), rate].sort(byName));
    editing.value = null;
  };
  const attempt = async (act: () => Promise<void>) => {
    failure.value = null;
    await act().catch((error: unknown) => {
      failure.value = asError(error).message;
    });
  };
  const remove = (rate: ToolRate) =>
    attempt(async () => {
      const { tool, ...amounts } = rate;
      await read(route[':tool'].$delete({ param: { tool } }));
      rates.update((all) => all.filter((other) => other.tool !== tool));
      const run = () => void attempt(() => set(tool, amounts));
      showToast(`${tool} costs nothing now.`, { action: { label: 'Undo', run } });
    });
  const usePreset = () =>
    attempt(async () => {
      const { items } = await read(route.preset.$post());
      rates.update(() => items.toSorted(byName));
    });

  return (
    <Section
      title="Tool rates"
      lead="What a tool call costs by itself, beside the model. It counts toward budgets before the tool runs. A tool without a rate costs nothing."
      action={
        manages && (
          <div class="section-actions">
            <Button onClick={usePreset}>Turn the preset on</Button>
            <Button kind="primary" icon="plus" onClick={() => (editing.value = '')}>
              New rate
            </Button>
          </div>
        )
      }
    >
      {editing.value === '' && <RateForm onCancel={() => (editing.value = null)} onSave={set} />}
      <ItemRows
        list={rates}
        what="Rates"
        empty="None: tool calls cost nothing. The preset has usual rates for bash, edit, read, web search and grep."
        keyOf={({ tool }) => tool}
      >
        {(rate) =>
          editing.value === rate.tool ? (
            <RateForm rate={rate} onCancel={() => (editing.value = null)} onSave={set} />
          ) : (
            <>
              <span class="row-main">
                <strong class="truncate mono">{rate.tool}</strong>
              </span>
              <span class="numeric">{rateWords(rate)}</span>
              {manages && (
                <>
                  <IconButton icon="edit" label={`Change the rate of ${rate.tool}`} onClick={() => (editing.value = rate.tool)} />
                  <IconButton icon="trash" label={`Delete the rate of ${rate.tool}`} onClick={() => remove(rate)} />
                </>
              )}
            </>
          )
        }
      </ItemRows>
      {failure.value && <Notice tone="bad">{failure.value}</Notice>}
    </Section>
  );
}

const byName = (one: ToolRate, other: ToolRate): number => (one.tool < other.tool ? -1 : 1);

function rateWords({ perExecutionMicroUsd, perKbMicroUsd }: Rate): string {
  const call = `${unitPrice(perExecutionMicroUsd)} a call`;
  return perKbMicroUsd === 0 ? call : `${call}, ${unitPrice(perKbMicroUsd)} a kilobyte`;
}
