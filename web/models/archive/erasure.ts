import type { Erasure } from '../../../wire/erasure.ts';
import { plural } from '../../format.ts';

/** Whether what was typed is the person's name, as it has to be before they are erased. */
export const isTheirName = (typed: string, name: string): boolean => typed.trim() === name.trim();

/** How far an erasing is, or what it did. */
export function erasureWords(erasure: Erasure): string {
  const { finishedAt, erasedSessions, changedSessions, checkedSessions, totalSessions, failures } = erasure;
  const went = `${plural(erasedSessions, 'session')} of theirs went, ${changedSessions} of others named them`;
  if (finishedAt !== null) return `${went}.`;
  // What came since the start is looked through, too.
  const looked = `${Math.min(checkedSessions + erasedSessions, totalSessions)} of ${plural(totalSessions, 'session')} looked through`;
  const again = failures > 0 ? `; ${plural(failures, 'session')} could not be reached, to be tried again` : '';
  return `${looked}: ${went}${again}.`;
}
