import { erasedName } from '../../../wire/erasure.ts';
import { type ErasedPerson, without } from '../archive/erased-person.ts';
import type { WorkEntry } from './claim.ts';

/** A request that names the person no more; of one that they asked for nothing is left that they wrote, or that its agent did. */
export function entryWithout(entry: WorkEntry, person: ErasedPerson): WorkEntry {
  // Texts for texts: the shape stays.
  const after = without(entry, person) as WorkEntry;
  if (entry.request.requestedBy.userId !== person.userId) return after;
  const { tail: _tail, words: _words, ...request } = after.request;
  return { ...after, request: { ...request, title: erasedName, prompt: '' } };
}
