import type { Download } from 'playwright-core';

/** What the browser was sent. */
export async function bytesOf(download: Download): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer); // No encoding is set.
  return Buffer.concat(chunks);
}
