/**
 * A text that somebody answers for, with every character that a screen does not show, or that changes how its neighbours are shown,
 * written out: `rm ⟨U+202E⟩`. Only line feeds, tabs and what emoji are made of stay as they are.
 */
export const exactText = (text: string): string =>
  text.replace(unseen, (found, at: number) => {
    const { kept, hidden } = split(text, found, at);
    return kept + hidden.map(named).join('');
  });

/** Who counts on beyond it only wants to be kept busy. */
export const maxCounted = 1000;

/** How many characters of it would not be seen as they are, `maxCounted` at most. */
export function unseenIn(text: string): number {
  let count = 0;
  for (const { 0: found, index } of text.matchAll(unseen)) {
    count += split(text, found, index).hidden.length;
    if (count >= maxCounted) return maxCounted;
  }
  return count;
}

/**
 * Controls (a terminal's escapes among them), formats (directions, joiners, tags), what fonts ignore, lone surrogates, private use, every
 * space but the usual one, and towers of marks over one letter.
 */
const unseen = /\p{M}{9,}|[^\P{Cc}\n\t]|\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}|[^\P{Zs} ]|\u2800/gu;

/** Marks that a letter may bear in some script. */
const maxMarks = 8;

function split(text: string, found: string, at: number): { kept: string; hidden: string[] } {
  const characters = [...found];
  if (characters.length > 1) return { kept: characters.slice(0, maxMarks).join(''), hidden: characters.slice(maxMarks) };
  return joinsEmoji(text, at, found) ? { kept: found, hidden: [] } : { kept: '', hidden: characters };
}

const named = (character: string): string => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

const picture = /\p{Extended_Pictographic}\p{Emoji_Modifier}?$/u;
const joinable = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?$/u;
const nextPicture = /^\p{Extended_Pictographic}/u;

/** Whether a joiner or a selector stands where an emoji has it: after a picture, a joiner also before one. */
function joinsEmoji(text: string, at: number, character: string): boolean {
  const before = text.slice(Math.max(0, at - 4), at);
  if (character === '\ufe0f') return picture.test(before);
  return character === '\u200d' && joinable.test(before) && nextPicture.test(text.slice(at + 1, at + 3));
}
