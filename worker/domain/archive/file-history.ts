import type { FileText } from '../../../wire/comparison.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { targetOf } from '../call-target.ts';
import { fromFolder } from '../path.ts';
import { type PatchedFile, patchedTexts } from './patched-texts.ts';
import { placesOf } from './places-of.ts';

/** A text that an edit looks for, and what it puts in its place. */
interface Replacement {
  before: string;
  after: string;
  everywhere: boolean;
}

/** The file by now. `pieces`: the log does not tell the whole text. */
type Known = { is: 'untouched' | 'pieces' | 'deleted' | 'too_large' | 'too_many_edits' } | { is: 'text'; text: string };

/** To put a text together around a place takes as long as to search so many units. */
const unitsPerPlace = 32;

/**
 * One file through a session's log, as far as the edits tell: a written file is known whole, and so is an edited one whose agent told
 * what it was before. Of any other the pieces are known that edits put into it.
 */
export class FileHistory {
  private readonly path: string;
  private readonly cwd: string | null;
  private known: Known = { is: 'untouched' };
  private readonly pieces: string[] = [];
  private piecesLength = 0;
  private piecesLeftOut = 0;
  /** Units of texts in which a place was looked for. */
  private searched = 0;
  /** Inputs of calls that have not ended. */
  private readonly open = new Map<string, unknown>();

  constructor(path: string, cwd: string | null) {
    this.path = path;
    this.cwd = cwd;
  }

  /** Takes the next event, in seq order. */
  read(event: SessionEvent): void {
    const { type, toolUseId = '', tool = '', output } = event;
    if (type === 'tool.started' && !event.refused && this.concerns(tool, event.input)) this.open.set(toolUseId, event.input);
    if (type !== 'tool.finished' && type !== 'tool.failed') return;
    const input = this.open.get(toolUseId) ?? event.input;
    this.open.delete(toolUseId);
    if (type === 'tool.finished' && event.ok !== false && this.concerns(tool, input)) this.apply(tool, input, output);
  }

  /** The file after what was read; `size` is in UTF-16 units. */
  text(): FileText {
    switch (this.known.is) {
      case 'untouched':
        return { kind: 'absent' };
      case 'deleted':
        return { kind: 'deleted' };
      case 'too_large':
        return { kind: 'too_large', size: limits.maxComparedTextBytes + 1 };
      case 'too_many_edits':
        return { kind: 'too_many_edits' };
      case 'text':
        return { kind: 'text', text: this.known.text };
      case 'pieces':
        return this.pieces.length === 0
          ? { kind: 'unknown' }
          : { kind: 'pieces', pieces: this.pieces, leftOut: this.piecesLeftOut };
      default:
        return this.known satisfies never;
    }
  }

  private concerns(tool: string, input: unknown): boolean {
    const { paths, touches } = targetOf(tool, input, this.cwd);
    return touches && paths.some((path) => this.isPath(path));
  }

  private isPath(path: string): boolean {
    return fromFolder(path, this.cwd) === this.path;
  }

  private apply(tool: string, input: unknown, output: unknown): void {
    const patched = patchedTexts(tool, input);
    if (patched) {
      for (const file of patched) this.patch(file);
      return;
    }
    const original = field(output, 'originalFile');
    if (typeof original === 'string') this.known = whole(original);
    const content = field(input, 'content');
    if (typeof content === 'string') {
      this.known = whole(content);
      return;
    }
    const edits = field(input, 'edits');
    const told = (Array.isArray(edits) ? edits : [input]).flatMap(replacementIn);
    // A tool that writes in a way of its own.
    if (told.length === 0) this.known = { is: 'pieces' };
    for (const one of told) this.replace(one);
  }

  private patch({ path, kind, movedTo, content, replacements }: PatchedFile): void {
    const isOld = this.isPath(path);
    if (!isOld && (movedTo === undefined || !this.isPath(movedTo))) return;
    if (kind === 'add') this.known = whole(content);
    else if (kind === 'delete' || (isOld && movedTo !== undefined)) this.known = { is: 'deleted' };
    else for (const one of replacements) this.replace({ ...one, everywhere: false });
  }

  private replace(replacement: Replacement): void {
    this.known = this.replaced(replacement);
    this.keepPiece(replacement.after);
  }

  /** What the file is after an edit. Told to replace nothing, an agent's tool writes a file that there was not. */
  private replaced({ before, after, everywhere }: Replacement): Known {
    const { known } = this;
    if (known.is === 'too_many_edits') return known;
    if (known.is !== 'text') return before === '' ? whole(after) : { is: 'pieces' };
    const { text } = known;
    if (before === '') return whole(text + after);
    this.searched += text.length + before.length;
    if (this.searched > limits.maxComparedSearch) return { is: 'too_many_edits' };
    const growth = after.length - before.length;
    const room = limits.maxComparedTextBytes - text.length;
    const mostPlaces = growth > 0 ? Math.floor(room / growth) : text.length;
    const places = placesOf(text, before, everywhere ? mostPlaces + 1 : 1);
    this.searched += places.length * unitsPerPlace;
    // What was there is something else than what the log told.
    if (places.length === 0) return { is: 'pieces' };
    if (places.length > mostPlaces) return { is: 'too_large' };
    return { is: 'text', text: replacedAt(text, places, before.length, after) };
  }

  private keepPiece(piece: string): void {
    this.pieces.push(piece);
    this.piecesLength += piece.length;
    while (this.pieces.length > limits.maxComparedPieces || this.piecesLength > limits.maxComparedTextBytes) {
      this.piecesLength -= this.pieces.shift()?.length ?? 0;
      this.piecesLeftOut += 1;
    }
  }
}

const whole = (text: string): Known => (text.length > limits.maxComparedTextBytes ? { is: 'too_large' } : { is: 'text', text });

function replacedAt(text: string, places: readonly number[], length: number, after: string): string {
  const kept = places.map((place, n) => text.slice(n === 0 ? 0 : (places[n - 1] ?? 0) + length, place));
  return [...kept, text.slice((places.at(-1) ?? 0) + length)].join(after);
}

function replacementIn(edit: unknown): Replacement[] {
  const [before, after] = [field(edit, 'old_string'), field(edit, 'new_string')];
  if (typeof after !== 'string') return [];
  return [{ before: typeof before === 'string' ? before : '', after, everywhere: field(edit, 'replace_all') === true }];
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
