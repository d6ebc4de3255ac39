import { isRecord } from './reading.ts';

/**
 * A tool's response without what the event holds already: file tools repeat the file as it was (beside a patch that tells the
 * change) and the content that they were given to write, which makes a 90 kB write a 180 kB hook. `omitted` names what went.
 */
export function trimToolResponse(response: unknown, input: unknown): unknown {
  if (!isRecord(response)) return response;
  const { originalFile, content, structuredPatch } = response;
  const patched = Array.isArray(structuredPatch) && structuredPatch.length > 0;
  const omitOriginal = typeof originalFile === 'string' && patched;
  const omitContent = typeof content === 'string' && isRecord(input) && input.content === content;
  if (!omitOriginal && !omitContent) return response;

  const kept = Object.entries(response).filter(
    ([name]) => !(omitOriginal && name === 'originalFile') && !(omitContent && name === 'content'),
  );
  const omitted = { ...(omitOriginal && { originalFile: originalFile.length }), ...(omitContent && { content: content.length }) };
  return Object.fromEntries([...kept, ['omitted', omitted]]);
}
