import { visibleText } from './session-text.ts';

/** A colour of the terminal: one of the sixteen by name (so that a theme decides), or a fixed one. */
export type AnsiColour = { name: string } | { rgb: string };

export interface AnsiPart {
  text: string;
  fg: AnsiColour | null;
  bg: AnsiColour | null;
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
}

type Style = Omit<AnsiPart, 'text'>;

const plain: Style = {
  fg: null,
  bg: null,
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

/**
 * Reads ECMA-48 colours; every other escape sequence (cursor moves, titles, links, unfinished ones) is dropped and its text kept.
 * A carriage return begins its line anew, as progress bars mean it.
 */
export function parseAnsi(text: string): AnsiPart[] {
  const parts: AnsiPart[] = [];
  let style = plain;
  for (const piece of overwritten(text).split(escapes)) {
    if (piece === undefined || piece === '') continue;
    if (piece.charCodeAt(0) !== 0x1b) parts.push({ text: visibleText(piece), ...style });
    else if (piece.charCodeAt(1) === 0x5b && piece.endsWith('m')) style = restyled(style, piece.slice(2, -1));
  }
  return parts;
}

/** The text alone, for copying and searching. */
export const stripAnsi = (text: string): string => (text.includes('\x1b') ? text.replaceAll(everyEscape, '') : text);

// CSI, OSC (ended by BEL or ST, or unfinished: then only its introducer goes), two-character escapes, a lone ESC.
const source =
  '\\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1b]{0,2048}(?:\\x07|\\x1b\\\\)|\\][0-9]{0,4};?|[PX^_][^\\x1b]{0,2048}\\x1b\\\\|[ -/][0-~]|[78=>cDEHM])?';
const escapes = new RegExp(`(${source})`);
const everyEscape = new RegExp(source, 'g');

function overwritten(text: string): string {
  if (!text.includes('\r')) return text;
  return text
    .replaceAll(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.slice(line.trimEnd().lastIndexOf('\r') + 1))
    .join('\n');
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function restyled(before: Style, codes: string): Style {
  const style = { ...before };
  const numbers = codes.split(/[;:]/).map(Number);
  for (let i = 0; i < numbers.length; i += 1) {
    const code = numbers[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(numbers.slice(i + 1, i + 6));
      if (code === 38) style.fg = colour;
      else style.bg = colour;
      i += used;
    } else {
      Object.assign(style, simple(code));
    }
  }
  return style;
}

function simple(code: number): Partial<Style> {
  if (code >= 30 && code <= 37) return { fg: named(code - 30) };
  if (code >= 40 && code <= 47) return { bg: named(code - 40) };
  if (code >= 90 && code <= 97) return { fg: named(code - 90 + 8) };
  if (code >= 100 && code <= 107) return { bg: named(code - 100 + 8) };
  return effects[code] ?? {};
}

const effects: Record<number, Partial<Style>> = {
  0: plain,
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { fg: null },
  49: { bg: null },
};

const named = (index: number): AnsiColour => ({ name: `${index > 7 ? 'bright-' : ''}${names[index % 8]}` });

/** `5;n` or `2;r;g;b` after 38 and 48; answers how many numbers it took. */
function extended(numbers: number[]): [AnsiColour | null, number] {
  const [mode, a = 0, b = 0, c = 0] = numbers;
  if (mode === 2) return [{ rgb: rgb(a, b, c) }, 4];
  if (mode !== 5) return [null, 0];
  if (a < 16) return [named(a), 2];
  if (a >= 232) return [{ rgb: rgb((a - 232) * 10 + 8, (a - 232) * 10 + 8, (a - 232) * 10 + 8) }, 2];
  const cube = a - 16;
  return [{ rgb: rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)) }, 2];
}

const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
const rgb = (...parts: number[]): string => `rgb(${parts.map((part) => Math.min(255, Math.max(0, part || 0))).join(' ')})`;
