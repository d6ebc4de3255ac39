/**
 * What an agent or a tool said may hold anything. Controls, direction overrides, lone surrogates and floods of invisible or stacking
 * characters are replaced by something that can be seen and can do no harm; everything else stays as it is.
 */
export function visibleText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  if (!suspicious.test(whole)) return whole;
  return whole
    .replace(/\r\n/g, '\n')
    .replace(controls, picture)
    .replace(directions, (character) => `⟨${directionNames[character] ?? 'BIDI'}⟩`)
    .replace(invisibleRuns, (run) => `⟨${run.length} invisible⟩`)
    .replace(stackedMarks, (run) => `${[...run].slice(0, 4).join('')}⟨${[...run].length - 4} stacked⟩`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point.
const suspicious = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{M}{9}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]/g;
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** One joiner between letters or emoji is ordinary writing; more in a row are not. */
const invisibleRuns = /[\u200b-\u200d\u2060-\u2064\ufeff]{2,}|[\u200b\u2060-\u2064\ufeff]/g;
const stackedMarks = /\p{M}{9,}/gu;

const directionNames: Record<string, string> = {
  '\u061c': 'ALM',
  '\u200e': 'LRM',
  '\u200f': 'RLM',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
};

/** Unicode has a picture for each ASCII control; the others show their code. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `⟨${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

export interface TextPart {
  text: string;
  /** It stands in a secret's place. */
  redacted: boolean;
}

/** Cuts a text where secrets were masked: `[redacted:github-token]`. */
export function splitRedactions(text: string): TextPart[] {
  if (!text.includes('[redacted:')) return [{ text, redacted: false }];
  return text
    .split(/(\[redacted:[^\]\s]{1,64}\])/)
    .map((part, i) => ({ text: part, redacted: i % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** At most `lines` lines and `chars` characters from the start, or from the end; `hidden` is the number of lines left out. */
export function foldText(
  text: string,
  lines: number,
  chars: number,
  keep: 'start' | 'end',
): { text: string; hidden: number; cut: boolean } {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const kept = keep === 'start' ? all.slice(0, lines) : all.slice(-lines);
  const shown = kept.join('\n');
  const cut = shown.length > chars;
  const within = keep === 'start' ? shown.slice(0, chars) : shown.slice(-chars);
  return { text: cut ? within : shown, hidden: all.length - kept.length, cut };
}
