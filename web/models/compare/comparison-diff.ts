import type { ComparedFile, FileText } from '../../../wire/comparison.ts';
import { bytes } from '../../format.ts';
import { changedHunks, replacedHunk } from '../session/session-diff.ts';
import type { FileEdit, Hunk } from '../session/session-edits.ts';

/** A file on both sides as a change from A to B; null where there is nothing to put side by side. */
export function comparedEdit({ path, a, b }: ComparedFile): FileEdit | null {
  const [before, after] = [shownText(a), shownText(b)];
  if (before === null && after === null) return null;
  return { path, kind: before === null ? 'create' : 'update', hunks: hunksOf(before ?? '', after ?? ''), texts: [] };
}

/** What a side says beside its text, in a sentence; undefined where the text says it all. */
export function sideNote(side: FileText, name: 'A' | 'B', from: ComparedFile['from']): string | undefined {
  switch (side.kind) {
    case 'text':
      return undefined;
    case 'absent':
      return from === 'edits' ? `${name} did not edit this file.` : `${name} does not have this file.`;
    case 'pieces':
      return `Of ${name} the log tells only what its edits put in${side.leftOut > 0 ? `, and ${side.leftOut} earlier ones are left out` : ''}.`;
    case 'binary':
      return `${name} has ${bytes(side.size)} that are no text.`;
    case 'too_large':
      return `${name} is too large to be shown.`;
    case 'too_many_edits':
      return `${name} edits it so often, at such a length, that its log is not followed to the end.`;
    case 'link':
      return `${name} is a link to ${side.target}.`;
    case 'deleted':
      return `${name} deleted it.`;
    case 'unknown':
      return `${name} changed it; its log does not tell how.`;
    default:
      return side satisfies never;
  }
}

/** Between pieces of a file, what nobody knows. */
const gap = '\n⋯\n';

function shownText(side: FileText): string | null {
  if (side.kind === 'text') return side.text;
  return side.kind === 'pieces' ? side.pieces.join(gap) : null;
}

function hunksOf(before: string, after: string): Hunk[] {
  const hunks = before === '' || after === '' ? undefined : changedHunks(before, after);
  return hunks ?? [replacedHunk(before, after, 1)];
}
