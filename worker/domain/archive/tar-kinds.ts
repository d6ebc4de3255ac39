const blockBytes = 512;
/** Zeros that fill the last record; tapes had records of this size at most. */
const maxTailBytes = 1024 * 1024;
/** A pax header of a few long paths; one that is larger holds something else. */
const maxPaxBytes = 64 * 1024;

/** What a header says that its entry is, of the kinds that we can tell from files. POSIX.1-2017 (pax), and GNU's long names. */
const known = new Set(['\0', '0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K']);
/** They have no bytes of their own, whatever their size says. */
const bodyless = new Set(['1', '2', '3', '4', '5', '6']);

/**
 * Looks at the kinds of a tar archive's entries as its bytes go by. The parser takes a kind that it does not know for a file: a sparse one
 * would come out with other bytes than it went in with. Everything else about the archive is the parser's to judge.
 */
export class TarKinds {
  private readonly header = new Uint8Array(blockBytes);
  private filled = 0;
  /** Bytes of a body, with its padding, that have yet to pass. */
  private toPass = 0;
  private pax: string | undefined;
  private hasEnded = false;
  private tailBytes = 0;

  /** What is wrong with the entry that these bytes begin, in a sentence. */
  problemIn(chunk: Uint8Array): string | undefined {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.hasEnded) return this.tail(chunk.byteLength - at);
      const wanted = this.toPass > 0 ? this.toPass : blockBytes - this.filled;
      const some = chunk.subarray(at, at + wanted);
      at += some.byteLength;
      const problem = this.toPass > 0 ? this.passed(some) : this.read(some);
      if (problem) return problem;
    }
    return undefined;
  }

  private tail(bytes: number): string | undefined {
    this.tailBytes += bytes;
    return this.tailBytes > maxTailBytes ? 'It goes on for more than a megabyte after its end.' : undefined;
  }

  private passed(some: Uint8Array): string | undefined {
    this.toPass -= some.byteLength;
    if (this.pax === undefined) return undefined;
    this.pax += latin1(some);
    if (this.toPass > 0) return undefined;
    // The size decides where the next header is.
    const hasSize = /(^|\n)\d+ size=/.test(this.pax);
    const isSparse = this.pax.includes('GNU.sparse.');
    this.pax = undefined;
    if (hasSize) return 'It gives the size of a file twice; make the archive without `size` in its pax headers.';
    return isSparse ? 'It holds a sparse file; make the archive without `--sparse`.' : undefined;
  }

  private read(some: Uint8Array): string | undefined {
    this.header.set(some, this.filled);
    this.filled += some.byteLength;
    if (this.filled < blockBytes) return undefined;
    this.filled = 0;
    if (this.header[0] === 0) {
      this.hasEnded = true;
      return undefined;
    }
    const kind = String.fromCharCode(this.header[156] ?? 0);
    if (kind === 'S') return 'It holds a sparse file; make the archive without `--sparse`.';
    if (!known.has(kind)) return `It holds an entry of the kind ${JSON.stringify(kind)}, which is no file, folder or link.`;
    // A size that is no octal number is the parser's to refuse, or so large that nothing comes after it.
    const size = Number.parseInt(latin1(this.header.subarray(124, 136)), 8);
    if (bodyless.has(kind) || Number.isNaN(size)) return undefined;
    if (kind === 'x' || kind === 'g') {
      if (size > maxPaxBytes) return `It has a pax header of more than ${maxPaxBytes} bytes.`;
      this.pax = '';
    }
    this.toPass = Math.ceil(size / blockBytes) * blockBytes;
    return undefined;
  }
}

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
