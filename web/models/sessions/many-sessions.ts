import { plural } from '../../format.ts';
import { asError } from '../as-error.ts';

/** What came of doing the same to several sessions. */
export interface Outcome {
  done: string[];
  /** The words of the first refusal; null where all went well. */
  failure: string | null;
}

/** Requests beside each other: the browser takes six to one host, and the page needs some. */
const width = 4;

/** Does the same to each, a few at a time. One that is refused leaves the others to be done. */
export async function toEach(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<Outcome> {
  const done = new Set<string>();
  let failure: string | null = null;
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      try {
        await act(id);
        done.add(id);
      } catch (error) {
        failure ??= asError(error).message;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return { done: ids.filter((id) => done.has(id)), failure };
}

/** `3 sessions moved to the trash.`, or how far it came and why no further. */
export function outcomeWords({ done, failure }: Outcome, count: number, verb: string): string {
  if (failure === null) return `${plural(count, 'session')} ${verb}.`;
  return `${done.length} of ${plural(count, 'session')} ${verb}. ${failure}`;
}
