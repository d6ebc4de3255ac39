import type { SessionStatus } from '../../wire/session.ts';

/** Something the palette can do. */
export interface Command {
  id: string;
  label: string;
  /** Its heading in the list. */
  section: string;
  /** More words that find it. */
  also?: string;
  hint?: string;
  status?: SessionStatus;
  run: () => void;
}

const shownAtOnce = 12;

/** The commands that all of the words find, best first; without words, the first of all. */
export function findCommands(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.slice(0, shownAtOnce);
  return (
    commands
      .map((command) => ({ command, score: scoreOf(command, words) }))
      .filter(({ score }) => score > 0)
      // Sorting is stable: among equals, pages stand before sessions as they do in the list.
      .sort((a, b) => b.score - a.score)
      .slice(0, shownAtOnce)
      .map(({ command }) => command)
  );
}

/** 0 unless every word is found; a word's start in the label counts most. */
function scoreOf({ label, also = '' }: Command, words: readonly string[]): number {
  const inLabel = label.toLowerCase();
  const elsewhere = also.toLowerCase();
  let score = 0;
  for (const word of words) {
    const found = wordScore(inLabel, word) * 2 || wordScore(elsewhere, word);
    if (found === 0) return 0;
    score += found;
  }
  return score;
}

function wordScore(text: string, word: string): number {
  if (text.startsWith(word)) return 4;
  if (text.includes(` ${word}`)) return 3;
  return text.includes(word) ? 1 : 0;
}
