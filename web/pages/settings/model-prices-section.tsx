import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ListPrice, ModelPrice, NewPrice } from '../../../wire/price.ts';
import { client, once, read } from '../../api.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Section } from '../../components/settings/section.tsx';
import { unitPrice } from '../../format.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManagePrices } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { PriceDialog } from './price-dialog.tsx';
import { RecalculateDialog } from './recalculate-dialog.tsx';

const { prices: route } = client.api;

/** What models cost: the organization's own prices, and what stands in the catalogue for the others that were used. */
export function ModelPricesSection() {
  const { organization } = useOrganization();
  const manages = mayManagePrices(organization.role);
  const prices = useMemo(() => itemList<ModelPrice>(() => read(route.$get())), []);
  const models = useMemo(() => itemList<{ model: string; catalogue: ListPrice | null }>(() => read(route.models.$get())), []);
  /** A new price, with what is known of the model it begins with. */
  const adding = useSignal<{ model: string; catalogue: ListPrice | null } | null>(null);
  const deleting = useSignal<ModelPrice | null>(null);
  const recalculating = useSignal(false);
  useEffect(() => {
    prices.load();
    models.load();
  }, []);

  const add = async (json: NewPrice) => {
    const price = await read(route.$post({ json }, once()));
    prices.update((all) => [...all.filter(({ id }) => id !== price.id), price]);
  };
  const remove = async ({ id }: ModelPrice) => {
    await read(route[':id'].$delete({ param: { id } }));
    prices.update((all) => all.filter((price) => price.id !== id));
  };

  return (
    <>
      <Section
        title="Your model prices"
        lead="What you pay for a million tokens, where that is not the list price: it beats the catalogue and what agents report. New prices count for what comes; what was spent before changes only when you recalculate it."
        action={
          manages && (
            <Button kind="primary" icon="plus" onClick={() => (adding.value = { model: '', catalogue: null })}>
              New price
            </Button>
          )
        }
      >
        <ItemRows list={prices} what="Prices" empty="None: list prices and what agents report hold." keyOf={({ id }) => id}>
          {(price) => (
            <>
              <span class="row-main">
                <strong class="truncate mono">{price.model}</strong>
                <span class="faint">from {price.from.slice(0, 10)} on (UTC)</span>
              </span>
              <PriceFigures {...price} />
              {manages && (
                <IconButton icon="trash" label={`Delete the price of ${price.model}`} onClick={() => (deleting.value = price)} />
              )}
            </>
          )}
        </ItemRows>
        {manages && (
          <div>
            <Button onClick={() => (recalculating.value = true)}>Recalculate costs…</Button>
          </div>
        )}
      </Section>
      <Section title="Models in use" lead="What your agents called in the last thirty days, with the catalogue’s prices.">
        <ItemRows list={models} what="Models" empty="No model call was told of yet." keyOf={({ model }) => model}>
          {(item) => (
            <>
              <span class="row-main">
                <strong class="truncate mono">{item.model}</strong>
                {!item.catalogue && <span class="faint">not in the catalogue</span>}
              </span>
              {item.catalogue && <PriceFigures {...item.catalogue} />}
              {manages && (
                <Button size="small" kind="quiet" aria-label={`Set price of ${item.model}`} onClick={() => (adding.value = item)}>
                  Set price
                </Button>
              )}
            </>
          )}
        </ItemRows>
      </Section>
      {adding.value && <PriceDialog initial={adding.value} onClose={() => (adding.value = null)} onAdd={add} />}
      {recalculating.value && <RecalculateDialog onClose={() => (recalculating.value = false)} />}
      <Confirm
        open={deleting.value !== null}
        title={`Delete the price of ${deleting.value?.model}?`}
        verb="Delete price"
        onClose={() => (deleting.value = null)}
        onConfirm={async () => {
          if (deleting.value) await remove(deleting.value);
        }}
      >
        <p>New model calls cost what the catalogue or the agent says. What was spent stays until you recalculate it.</p>
      </Confirm>
    </>
  );
}

/** Dollars for a million tokens of each kind. */
function PriceFigures({ input, output, cacheRead, cacheWrite }: ListPrice) {
  const figures = [
    ['in', input],
    ['out', output],
    ['cache read', cacheRead],
    ['cache write', cacheWrite],
  ] as const;
  return (
    <dl class="price-figures">
      {figures.map(([name, microUsd]) => (
        <div key={name}>
          <dt class="faint">{name}</dt>
          <dd class="numeric">{unitPrice(microUsd)}</dd>
        </div>
      ))}
    </dl>
  );
}
