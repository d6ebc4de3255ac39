import * as z from 'zod/mini';
import { ask, jsonOf, type SenderPorts, type Sent } from '../sender.ts';
import { addressOf, isPublicAddress, type Judged, outsideUrl } from './outside-url.ts';

/** The JSON form of DNS over HTTPS, as Cloudflare and Google answer it. */
const Resolved = z.object({ Status: z.int(), Answer: z.optional(z.array(z.object({ type: z.int(), data: z.string() }))) });

const recordTypes = { A: 1, AAAA: 28 } as const;

/**
 * Whether a request may go to `text` now: its text leads outside, and so do all addresses that its name has at the moment. On
 * Cloudflare a Worker's requests cannot reach a private network at all; this protects who runs Flightdeck on a machine of their own.
 * A name that changes between this and the request is not caught: the platform lets nobody choose the address of a request.
 */
export async function admitUrl(
  ports: Pick<SenderPorts, 'fetch' | 'allowLoopback' | 'dnsApi'>,
  text: string,
): Promise<{ ok: true; url: URL } | { ok: false; sent: Sent }> {
  const judged = outsideUrl(text, ports);
  if (!judged.ok) return { ok: false, sent: { outcome: 'refused', detail: judged.why } };
  const { url } = judged;
  if (addressOf(url) !== null || isAllowedLoopback(ports, judged) || ports.dnsApi === '') return { ok: true, url };
  const found = await Promise.all([lookUp(ports, url.hostname, 'A'), lookUp(ports, url.hostname, 'AAAA')]);
  if (found.includes(null))
    return { ok: false, sent: { outcome: 'retry', detail: `The name ${url.hostname} could not be looked up.` } };
  const addresses = found.flatMap((list) => list ?? []);
  if (addresses.length === 0)
    return { ok: false, sent: { outcome: 'retry', detail: `The name ${url.hostname} has no address.` } };
  const inside = addresses.find((address) => !isPublicAddress(address));
  if (inside === undefined) return { ok: true, url };
  return {
    ok: false,
    sent: { outcome: 'refused', detail: `${url.hostname} leads to ${inside}, which is not on the public internet.` },
  };
}

/** `localhost` is a name, but it is not for DNS to say where it leads. */
const isAllowedLoopback = ({ allowLoopback }: Pick<SenderPorts, 'allowLoopback'>, judged: Judged): boolean =>
  allowLoopback && judged.ok && !outsideUrl(judged.url.href, { allowLoopback: false }).ok;

/** The addresses of a name, none where it has none of this kind; null where nobody can be asked. */
async function lookUp(
  ports: Pick<SenderPorts, 'fetch' | 'dnsApi'>,
  name: string,
  type: keyof typeof recordTypes,
): Promise<string[] | null> {
  const url = `${ports.dnsApi}?name=${encodeURIComponent(name)}&type=${type}`;
  const asked = await ask(ports, url, { headers: { accept: 'application/dns-json' } });
  if (!asked.ok || asked.answer.status !== 200) return null;
  const read = Resolved.safeParse(jsonOf(asked.answer.text));
  // 0: found; 3: no such name.
  if (!read.success || ![0, 3].includes(read.data.Status)) return null;
  return (read.data.Answer ?? []).filter((record) => record.type === recordTypes[type]).map(({ data }) => data);
}
