import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelWithSecret } from '../../wire/channel.ts';
import type { Delivery } from '../../wire/delivery.ts';
import type { Account } from '../local/account.ts';

/** Stands in for Slack, PagerDuty and somebody's own service, which is down; nothing leaves this machine. */
export async function demoReceiver(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const status = request.url?.startsWith('/down') ? 503 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: status === 200 }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** What a server has to be told so that its channels end at the receiver. */
export const demoBindings = (url: string) => ({
  SLACK_API: `${url}/slack`,
  PAGERDUTY_API: `${url}/pagerduty`,
  ALLOW_LOOPBACK: '1',
});

/** Channels of three kinds, each tried out; the last one's service is down. */
export async function demoChannels(account: Account, receiverUrl: string): Promise<void> {
  const channels = [
    { name: 'Agents, in Slack', settings: { kind: 'slack', token: 'xoxb-0000000000-demo', channel: 'C07HARBOR42' } },
    { name: 'On call', settings: { kind: 'pagerduty', routingKey: 'd3m0'.repeat(8) } },
    { name: 'Release board', settings: { kind: 'webhook', url: `${receiverUrl}/down` } },
  ];
  for (const channel of channels) {
    const { id } = await account.call<ChannelWithSecret>('POST', '/api/channels', channel);
    const { id: delivery } = await account.call<Delivery>('POST', `/api/channels/${id}/test`);
    for (let tried = false; !tried; )
      tried = (await account.call<Delivery>('GET', `/api/deliveries/${delivery}`)).attempts.some(
        ({ outcome }) => outcome !== null,
      );
  }
}
