import { runDurableObjectAlarm } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import type { CreatedIntegration, Integration, ReceivedEvent } from '../../../wire/integration.ts';
import type { RequestPage } from '../../../wire/work.ts';
import { signedByGitHub } from '../../adapters/webhook-signatures.ts';
import { makeRig, origin } from '../../rooms/rig.ts';

const bytes = (body: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

/** An organization with integrations, and the services that send to them. */
export async function makeDoorRig(name: string) {
  const rig = await makeRig(name);
  const projectId = rig.account.project.id;
  const reception = () => env.RECEPTION.getByName(rig.account.organization.id);
  const raw = (path: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
    exports.default.fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  return {
    ...rig,
    reception,
    raw,
    integration: (over: object = {}) =>
      rig.browser.json<CreatedIntegration>('/api/integrations', { body: { kind: 'github', name: 'Web', projectId, ...over } }),
    listed: async (id: string) => {
      const { items } = await rig.browser.json<{ items: Integration[] }>('/api/integrations');
      return items.find((integration) => integration.id === id);
    },
    /** What GitHub does when something happens in a repository. */
    github: ({ webhookPath, secret }: CreatedIntegration, event: string, body: unknown, id: string = crypto.randomUUID()) => {
      const sent = bytes(body);
      return raw(webhookPath, { 'x-github-event': event, 'x-github-delivery': id, ...signedByGitHub(secret, sent) }, sent);
    },
    received: async (id: string, query = '') => {
      const path = `/api/integrations/${id}/events${query}`;
      return rig.browser.json<{ items: ReceivedEvent[]; nextCursor: string | null }>(path);
    },
    /** Lets the reception do what it has to; false where it has nothing to do. */
    workOff: () => runDurableObjectAlarm(reception()),
    requests: async () => (await rig.browser.json<RequestPage>('/api/session-requests')).items,
  };
}
export type DoorRig = Awaited<ReturnType<typeof makeDoorRig>>;
