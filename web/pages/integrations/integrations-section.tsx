import { useEffect, useMemo } from 'preact/hooks';
import type { Channel } from '../../../wire/channel.ts';
import { client, read } from '../../api.ts';
import { itemList } from '../../models/item-list.ts';
import { mayReadDeliveries, mayReadIntegrations } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { ChannelsSection } from './channels-section.tsx';
import { CodeHostsSection } from './code-hosts-section.tsx';
import { DeliveriesSection } from './deliveries-section.tsx';
import { DeviceSection } from './device-section.tsx';
import { SlackSection } from './slack-section.tsx';
import './integrations.css';

/** What Flightdeck is connected with, and what went through there. */
export function IntegrationsSection() {
  const { organization } = useOrganization();
  const channels = useMemo(() => itemList<Channel>(() => read(client.api.channels.$get())), []);
  useEffect(() => {
    channels.load();
  }, []);
  return (
    <>
      <ChannelsSection channels={channels} />
      <DeviceSection />
      <SlackSection />
      {mayReadIntegrations(organization.role) && <CodeHostsSection />}
      {mayReadDeliveries(organization.role) && <DeliveriesSection channels={channels} />}
    </>
  );
}
