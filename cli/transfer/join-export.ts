import { exportHead, exportTail } from '../../wire/export.ts';
import { Failure } from '../failure.ts';

/** A file that was asked for in parts. */
export type Parts = AsyncIterable<AsyncIterable<Uint8Array>>;

/** JSON exports as the one that all of their sessions would be. One that ends early, wherever it was cut, is no part. */
export async function* joinedJson(parts: Parts): AsyncGenerator<Uint8Array> {
  yield encoder.encode(exportHead);
  let comma = '';
  for await (const part of parts) {
    let before = comma;
    for await (const bytes of sessionsIn(part)) {
      if (before !== '') yield encoder.encode(before);
      yield bytes;
      before = '';
      comma = ',';
    }
  }
  yield encoder.encode(exportTail);
}

/** Markdown documents under each other. */
export async function* joinedMarkdown(parts: Parts): AsyncGenerator<Uint8Array> {
  let rule = '';
  for await (const part of parts) {
    let before = rule;
    for await (const bytes of part) {
      if (before !== '') yield encoder.encode(before);
      yield bytes;
      before = '';
      rule = '\n---\n\n';
    }
  }
}

/** What stands between the head and the tail of a JSON export. */
async function* sessionsIn(part: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  let hasHead = false;
  let hasSessions = false;
  for await (const chunk of part) {
    held = Buffer.concat([held, chunk]);
    if (!hasHead) {
      if (held.length < exportHead.length) continue;
      if (textOf(held.subarray(0, exportHead.length)) !== exportHead) throw incomplete('does not begin');
      hasHead = true;
      held = held.subarray(exportHead.length);
    }
    if (held.length <= lastTail.length) continue;
    yield held.subarray(0, -lastTail.length);
    hasSessions = true;
    held = held.subarray(-lastTail.length);
  }
  if (!hasHead || textOf(held) !== (hasSessions ? lastTail : exportTail)) throw incomplete('does not end');
  if (hasSessions) yield encoder.encode(sessionTail);
}

/** A session ends as the whole does: only both, one after the other, are the end. */
const sessionTail = '\n]}';
const lastTail = sessionTail + exportTail;

const encoder = new TextEncoder();
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const incomplete = (how: string) =>
  new Failure(`A part of the export ${how} as it has to: it broke off on its way, or the server is of another version.`);
