import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Channel } from '../../../wire/channel.ts';
import { type Delivery, DeliveryOutcome } from '../../../wire/delivery.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Section } from '../../components/settings/section.tsx';
import { showFailure } from '../../components/toast.tsx';
import { outcomeNames } from '../../models/alerts/delivery-words.ts';
import { type ItemList, itemList } from '../../models/item-list.ts';
import { mayManageChannels } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { DeliveryRow } from './delivery-row.tsx';

const route = client.api.deliveries;

/** What was sent, the latest first, with what came of each attempt. */
export function DeliveriesSection({ channels }: { channels: ItemList<Channel> }) {
  const { organization } = useOrganization();
  const manages = mayManageChannels(organization.role);
  const [channel, setChannel] = useState('');
  const [outcome, setOutcome] = useState('');
  const list = useMemo(
    () =>
      itemList<Delivery>((cursor) =>
        read(
          route.$get({
            query: {
              cursor,
              limit: '20',
              ...(channel && { channel }),
              ...(outcome && { outcome: DeliveryOutcome.parse(outcome) }),
            },
          }),
        ),
      ),
    [channel, outcome],
  );
  useEffect(() => {
    list.load();
  }, [list]);
  const replay = async ({ id }: Delivery) => {
    try {
      const fresh = await read(route[':id'].replay.$post({ param: { id } }));
      list.update((all) => all.map((one) => (one.id === id ? fresh : one)));
    } catch (error) {
      showFailure(error);
    }
  };
  const known = channels.items.value ?? [];
  const nameOf = (delivery: Delivery) => known.find(({ id }) => id === delivery.channelId)?.name ?? delivery.kind;
  return (
    <Section
      title="Deliveries"
      lead="What was sent in the last 30 days. What fails is tried again for three days."
      action={
        <Button size="small" busy={list.loading.value} onClick={list.load}>
          Refresh
        </Button>
      }
    >
      <div class="delivery-filters">
        <SelectField label="Channel" value={channel} onChange={setChannel}>
          <option value="">Every channel</option>
          {known.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField label="Outcome" value={outcome} onChange={setOutcome}>
          <option value="">Every outcome</option>
          {DeliveryOutcome.options.map((each) => (
            <option key={each} value={each}>
              {outcomeNames[each]}
            </option>
          ))}
        </SelectField>
      </div>
      <ItemRows
        list={list}
        what="Deliveries"
        empty={channel || outcome ? 'None of this kind.' : 'Nothing was sent yet.'}
        keyOf={({ id }) => id}
      >
        {(delivery) => (
          <DeliveryRow delivery={delivery} to={nameOf(delivery)} onReplay={manages ? () => replay(delivery) : undefined} />
        )}
      </ItemRows>
    </Section>
  );
}
