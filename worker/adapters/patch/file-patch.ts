import { formatPatch, type StructuredPatch, type StructuredPatchHunk, structuredPatch } from 'diff';
import { limits } from '../../../wire/limits.ts';
import { binaryBody } from './binary.ts';
import { textIn } from './text-in.ts';

/** A file as git has it: a link is its target. */
export interface PatchSide {
  mode: '100644' | '100755' | '120000';
  bytes: Uint8Array;
}

/**
 * Lines that may differ before a file is written as replaced altogether: comparing takes time that grows with their square. The library's
 * own time limit is of no use in a Worker, whose clock stands still while it computes.
 */
const maxEditLength = 1000;

/** What `git apply` makes `after` of `before` with; empty where git sees no difference. What is no text, or too long a one, goes as its bytes. */
export function* filePatch(path: string, before: PatchSide | null, after: PatchSide | null): Generator<string> {
  // Git tells a link that was a file in two steps.
  if (before && after && (before.mode === '120000') !== (after.mode === '120000')) {
    yield* filePatch(path, before, null);
    yield* filePatch(path, null, after);
    return;
  }
  const isSameText = before !== null && after !== null && areEqual(before.bytes, after.bytes);
  if (isSameText && before.mode === after.mode) return;
  const head = headOf(path, before, after);
  const texts = isSameText ? undefined : textsOf(before, after);
  if (texts) yield formatPatch({ ...head, hunks: hunksOf(texts.before, texts.after) });
  else yield formatPatch(head);
  if (!isSameText && !texts) yield* binaryBody(before?.bytes ?? null, after?.bytes ?? null);
}

function headOf(path: string, before: PatchSide | null, after: PatchSide | null): StructuredPatch {
  return {
    isGit: true,
    oldFileName: before ? `a/${path}` : '/dev/null',
    newFileName: after ? `b/${path}` : '/dev/null',
    oldHeader: undefined,
    newHeader: undefined,
    hunks: [],
    ...(before ? {} : { isCreate: true }),
    ...(after ? {} : { isDelete: true }),
    ...(before && before.mode !== after?.mode && { oldMode: before.mode }),
    ...(after && after.mode !== before?.mode && { newMode: after.mode }),
  };
}

/** Both as texts; undefined where one is none that can be compared. */
function textsOf(before: PatchSide | null, after: PatchSide | null): { before: string; after: string } | undefined {
  const [old, now] = [before, after].map((side) => (side === null ? '' : textOf(side)));
  return old === undefined || now === undefined ? undefined : { before: old, after: now };
}

const textOf = ({ bytes }: PatchSide): string | undefined =>
  bytes.byteLength > limits.maxComparedTextBytes ? undefined : textIn(bytes);

function hunksOf(before: string, after: string): StructuredPatchHunk[] {
  if (before === after) return [];
  if (before === '' || after === '') return [replacement(before, after)];
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: 3, maxEditLength });
  return patch?.hunks ?? [replacement(before, after)];
}

function replacement(before: string, after: string): StructuredPatchHunk {
  const [old, now] = [linesOf(before, '-'), linesOf(after, '+')];
  return { oldStart: 1, oldLines: old.count, newStart: 1, newLines: now.count, lines: [...old.lines, ...now.lines] };
}

function linesOf(text: string, sign: string): { count: number; lines: string[] } {
  if (text === '') return { count: 0, lines: [] };
  const lines = text.split('\n').map((line) => sign + line);
  const isEnded = text.endsWith('\n');
  if (isEnded) lines.pop();
  return { count: lines.length, lines: isEnded ? lines : [...lines, '\\ No newline at end of file'] };
}

const areEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);
