import { env, exports } from 'cloudflare:workers';
import { type PackRecord, packHeader, readPack } from '../../../wire/pack.ts';
import type { MissingContents, StoredContents } from '../../../wire/snapshot.ts';
import { pack, unpack } from '../../../worker/store/archive/packing.ts';
import { makeRig } from '../../rooms/rig.ts';
import { origin } from '../identity/client.ts';

const encoder = new TextEncoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const recordOf = (text: string): PackRecord => pack(bytesOf(text));

/** Bytes that nothing makes smaller. */
export const noise = (size: number) => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
  return bytes;
};

export function packOf(records: PackRecord[]): Uint8Array<ArrayBuffer> {
  const parts = records.flatMap((record) => [packHeader(record), record.packed]);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A person whose snapshots this test is about. */
export async function makeArchiveRig(name: string) {
  const rig = await makeRig(name);
  const { organization, project } = rig.account;
  const place = { organizationId: organization.id, projectId: project.id };
  const base = `/api/projects/${project.id}/contents`;
  const cookie = () => [...rig.browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  /** Sends bytes as they are. */
  const sendBytes = async (method: string, path: string, body: BodyInit, type = 'application/octet-stream') => {
    const headers = { origin, cookie: cookie(), 'content-type': type };
    return exports.default.fetch(`${origin}${path}`, { method, headers, body });
  };
  const put = (body: BodyInit, type?: string) => sendBytes('PUT', base, body, type);
  return {
    ...rig,
    place,
    base,
    sendBytes,
    put,
    store: async (...texts: string[]): Promise<StoredContents> => {
      const response = await put(packOf(texts.map(recordOf)));
      if (response.status !== 200) throw new Error(await response.text());
      return response.json<StoredContents>();
    },
    missing: (hashes: string[]) => rig.browser.json<MissingContents>(`${base}/missing`, { body: { hashes } }),
    /** Plain contents by hash, of one answer. */
    read: async (hashes: string[]): Promise<Map<string, Uint8Array>> => {
      const response = await rig.browser.call(`${base}/read`, { body: { hashes } });
      if (response.status !== 200) throw new Error(await response.text());
      const read = readPack(new Uint8Array(await response.arrayBuffer()));
      if (!read.ok) throw new Error(read.message);
      return new Map(
        read.records.map((record) => {
          const unpacked = unpack(record);
          if (!unpacked.ok) throw new Error(unpacked.message);
          return [record.hash, unpacked.bytes];
        }),
      );
    },
    index: () => env.CONTENT_INDEX.getByName(`${organization.id}/${project.id}`),
    /** Keys that the archive holds of the project, without the folder. */
    stored: async (folder: 'packs' | 'manifests') => {
      const prefix = `${organization.id}/projects/${project.id}/${folder}/`;
      const { objects } = await env.ARCHIVE.list({ prefix });
      return objects.map(({ key }) => key.slice(prefix.length));
    },
  };
}
