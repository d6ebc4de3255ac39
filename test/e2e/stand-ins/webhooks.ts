import { Webhook } from 'standardwebhooks';
import { type Fault, Misuse, standIn } from './stand-in.ts';

/** Receivers of Standard Webhooks, each path one with a secret of its own, that know by its id what they have had. */
export async function standInForWebhooks(fault?: () => Fault | null) {
  const secrets = new Map<string, string>();
  const ids = new Map<string, string[]>();
  const service = await standIn({
    name: 'A webhook',
    ...(fault && { fault }),
    take: ({ path, headers, body }) => {
      try {
        new Webhook(secrets.get(path) ?? '').verify(body, headers);
      } catch (error) {
        throw new Misuse(String(error));
      }
      const id = headers['webhook-id'] ?? '';
      const had = ids.get(path) ?? [];
      if (!had.includes(id)) ids.set(path, [...had, id]);
      return { status: 204 };
    },
  });
  return { ...service, secrets, ids };
}
