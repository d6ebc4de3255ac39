import { commitJournal, endJournal, interrupted, type Journal } from './journal.ts';
import { doSteps } from './steps.ts';

/**
 * What an interrupted restore has left of a folder becomes whole: the old one where nothing had been changed, the new one otherwise. What was done,
 * in words for a person; none where nothing was interrupted.
 */
export function mend(root: string): string[] {
  const journal = interrupted(root);
  if (!journal) return [];
  const { steps } = journal;
  const words = steps
    ? finish({ ...journal, pid: process.pid, steps })
    : ['A restore was interrupted before it changed anything.'];
  endJournal(journal);
  return words;
}

function finish(journal: Journal & Required<Pick<Journal, 'steps'>>): string[] {
  commitJournal(journal);
  const problems = doSteps(journal.root, journal.staging, journal.steps);
  return ['A restore that was interrupted has been finished.', ...problems, ...undoWords(journal.undoId)];
}

/** None where nothing was there before. */
export const undoWords = (undoId: string | undefined): string[] =>
  undoId === undefined ? [] : [`What was there before: flightdeck restore ${undoId}`];
