/** Where a value stands in a document: keys and indexes from the root on. */
export type JsonPath = readonly (string | number)[];

export interface JsonPiece {
  path: JsonPath;
  /** The value's JSON; empty where it is too long or too deep to be looked at. */
  text: string;
  wrong?: 'too long' | 'too deep';
}

export interface PieceLimits {
  /** UTF-16 units of one piece. */
  maxLength: number;
  /** Levels of one piece. */
  maxDepth: number;
}

/** What is around the pieces is small; this is a hundred times what any file of ours has. */
const maxSkeletonLength = 4 * 1024 * 1024;
const maxSkeletonDepth = 4;

interface Frame {
  key: string | number;
  isArray: boolean;
  /** The next string is a key. */
  awaitsKey: boolean;
}

/**
 * Takes a JSON document apart as it comes, so that no more of it is held than one piece: the values at the wanted paths are given out as
 * text, and what remains, the skeleton, has a `0` in the place of each. That pieces and skeleton are JSON decides `JSON.parse`;
 * this only finds where they begin and end.
 */
export class JsonPieces {
  private readonly isPiece: (path: JsonPath) => boolean;
  private readonly limits: PieceLimits;
  private readonly frames: Frame[] = [];
  private skeletonText = '';
  /** The string outside of pieces that is being read, with its quotes. */
  private string: string | null = null;
  private escaped = false;
  private piece: PieceReader | null = null;
  private isForeign = false;

  constructor(isPiece: (path: JsonPath) => boolean, limits: PieceLimits) {
    this.isPiece = isPiece;
    this.limits = limits;
  }

  /** The document without its pieces, once all of it has come; undefined where it is none that has pieces. */
  get skeleton(): string | undefined {
    return this.isForeign ? undefined : this.skeletonText + (this.string ?? '');
  }

  *push(chunk: string): Generator<JsonPiece> {
    for (let at = 0; at < chunk.length && !this.isForeign; ) {
      if (this.piece) {
        at = this.piece.read(chunk, at);
        if (!this.piece.isDone) continue;
        yield this.piece.piece();
        this.piece = null;
        this.skeletonText += '0';
      } else at = this.step(chunk, at);
      this.isForeign ||= this.skeletonText.length > maxSkeletonLength || this.frames.length > maxSkeletonDepth;
    }
  }

  /** Reads one character or a string outside of pieces; answers where to go on. */
  private step(chunk: string, at: number): number {
    const char = chunk.charAt(at);
    if (this.string !== null) return this.readString(chunk, at);
    if (isSpace(char)) {
      let after = at + 1;
      while (isSpace(chunk.charAt(after))) after += 1;
      // One is enough to keep two numbers apart.
      if (!this.skeletonText.endsWith(' ')) this.skeletonText += ' ';
      return after;
    }
    const frame = this.frames.at(-1);
    const isValue = !',:]}'.includes(char) && !frame?.awaitsKey;
    if (isValue && this.isPiece(this.frames.map(({ key }) => key))) {
      this.piece = new PieceReader(
        this.frames.map(({ key }) => key),
        this.limits,
      );
      return at;
    }
    if (char === '"') {
      this.string = '';
      return this.readString(chunk, at);
    }
    this.turn(char, frame);
    this.skeletonText += char;
    return at + 1;
  }

  private turn(char: string, frame: Frame | undefined): void {
    if (char === '{') this.frames.push({ key: '', isArray: false, awaitsKey: true });
    else if (char === '[') this.frames.push({ key: 0, isArray: true, awaitsKey: false });
    else if (char === '}' || char === ']') this.frames.pop();
    else if (char === ',' && frame) {
      if (typeof frame.key === 'number') frame.key += 1;
      else frame.awaitsKey = true;
    } else if (char === ':' && frame) frame.awaitsKey = false;
  }

  private readString(chunk: string, from: number): number {
    let at = from;
    let isOver = false;
    for (; at < chunk.length && !isOver; at++) {
      const code = chunk.charCodeAt(at);
      const isFirst = at === from && this.string === '';
      if (this.escaped) this.escaped = false;
      else if (code === backslash) this.escaped = true;
      else isOver = code === quote && !isFirst;
    }
    this.string += chunk.slice(from, at);
    this.isForeign ||= (this.string?.length ?? 0) > maxSkeletonLength;
    if (isOver) this.endString(this.string ?? '');
    return at;
  }

  private endString(text: string): void {
    const frame = this.frames.at(-1);
    if (frame?.awaitsKey) frame.key = keyOf(text);
    this.skeletonText += text;
    this.string = null;
  }
}

/** One value on its way through the document. */
class PieceReader {
  isDone = false;
  private readonly path: JsonPath;
  private readonly limits: PieceLimits;
  private readonly parts: string[] = [];
  private length = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private wrong: JsonPiece['wrong'];

  constructor(path: JsonPath, limits: PieceLimits) {
    this.path = path;
    this.limits = limits;
  }

  piece(): JsonPiece {
    const { path, wrong } = this;
    return wrong ? { path, text: '', wrong } : { path, text: this.parts.join('') };
  }

  /** Reads to the value's end or the chunk's; answers where to go on. */
  read(chunk: string, from: number): number {
    let at = from;
    while (at < chunk.length && !this.isDone) {
      if (this.inString) at = this.readInString(chunk, at);
      else if (this.isEndBefore(chunk.charCodeAt(at))) this.isDone = true;
      else at = this.readOne(chunk.charCodeAt(at), at);
    }
    this.keep(chunk, from, at);
    return at;
  }

  private readInString(chunk: string, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (this.escaped) this.escaped = false;
      else if (code === backslash) this.escaped = true;
      else if (code === quote) {
        this.inString = false;
        this.isDone = this.depth === 0;
        return at + 1;
      }
    }
    return at;
  }

  private readOne(code: number, at: number): number {
    if (code === quote) this.inString = true;
    else if (code === openBrace || code === openBracket) {
      this.depth += 1;
      if (this.depth > this.limits.maxDepth) this.wrong ??= 'too deep';
    } else if (code === closeBrace || code === closeBracket) {
      this.depth -= 1;
      this.isDone = this.depth === 0;
    }
    return at + 1;
  }

  /** A number or word ends before what follows it. */
  private isEndBefore(code: number): boolean {
    if (this.depth > 0) return false;
    return code === comma || code === closeBrace || code === closeBracket;
  }

  private keep(chunk: string, from: number, to: number): void {
    this.length += to - from;
    if (this.length > this.limits.maxLength) this.wrong ??= 'too long';
    if (this.wrong) this.parts.length = 0;
    else this.parts.push(chunk.slice(from, to));
  }
}

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** What JSON calls white space (RFC 8259, 2). */
const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';

/** What is no JSON names nothing; the skeleton fails to parse then. */
function keyOf(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return '';
  }
}
