/** As many bytes as git looks at. */
const lookedAt = 8000;

/** Bytes as text; undefined where they are none: a zero byte near the beginning, as git judges, or no UTF-8. Nothing of it is lost. */
export function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, lookedAt).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
