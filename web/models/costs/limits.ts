import { computed, createModel, signal } from '@preact/signals';
import type { LimitsAnswer, LimitsPatch } from '../../../wire/organization-limits.ts';
import { asError } from '../as-error.ts';
import { fullest } from './organization-limits.ts';

export interface LimitsPorts {
  read(): Promise<LimitsAnswer>;
  change(patch: LimitsPatch): Promise<LimitsAnswer>;
}

/** The organization's limits, and how much of its quotas is used, as its banner and its settings show them. */
export const LimitsModel = createModel((ports: LimitsPorts) => {
  const answer = signal<LimitsAnswer | null>(null);
  const failure = signal<string | null>(null);
  return {
    answer: computed(() => answer.value),
    failure: computed(() => failure.value),
    /** The quota that has the least left, from 80 % on. */
    fullest: computed(() => fullest(answer.value?.usage ?? [])),
    async load() {
      failure.value = null;
      try {
        answer.value = await ports.read();
      } catch (error) {
        failure.value = asError(error).message;
      }
    },
    /** Answers with what the server has to say about it; rejects where it was not taken. */
    async change(patch: LimitsPatch): Promise<string | undefined> {
      const { warning, ...changed } = await ports.change(patch);
      answer.value = changed;
      return warning;
    },
  };
});
