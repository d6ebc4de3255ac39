import { dim } from '../terminal.ts';

const redrawMs = 100;
const width = 24;

/** A bar on a terminal, nothing where nobody watches. */
export class Progress {
  private readonly isShown = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  private drawnAtMs = 0;

  /** `words` say what is done, e.g. `Reading 120 of 300 files`. */
  show(done: number, all: number, words: () => string): void {
    const nowMs = Date.now();
    if (!this.isShown || nowMs - this.drawnAtMs < redrawMs) return;
    this.drawnAtMs = nowMs;
    const filled = all > 0 ? Math.min(width, Math.floor((done / all) * width)) : width;
    process.stderr.write(`\r\x1b[K${'█'.repeat(filled)}${dim('░'.repeat(width - filled))} ${words()}`);
  }

  /** Takes the bar away, so that something can be said in its place. */
  clear(): void {
    if (this.drawnAtMs > 0) process.stderr.write('\r\x1b[K');
    this.drawnAtMs = 0;
  }

  readonly reading = (done: number, all: number): void =>
    this.show(done, all, () => `Reading ${done.toLocaleString('en')} of ${all.toLocaleString('en')} files`);

  readonly sending = (done: number, all: number): void =>
    this.show(done, all, () => `Sending ${inWords(done)} of ${inWords(all)}`);

  readonly fetching = (done: number, all: number): void =>
    this.show(done, all, () => `Fetching ${inWords(done)} of ${inWords(all)}`);
}

/** Bytes as people read them. */
export function inWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}
