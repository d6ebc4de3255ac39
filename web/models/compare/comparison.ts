import { computed, createModel, signal } from '@preact/signals';
import type { ComparedFile, Comparison } from '../../../wire/comparison.ts';
import { asError } from '../as-error.ts';

export interface ComparisonPorts {
  comparison(): Promise<Comparison>;
  file(path: string): Promise<ComparedFile>;
}

/** A file that somebody opened. */
export type OpenedFile = { state: 'loading' } | { state: 'failed'; message: string } | { state: 'ready'; file: ComparedFile };

/** Two sides, and the files of them that were opened; a file is asked for once. */
export const ComparisonModel = createModel((ports: ComparisonPorts) => {
  const comparison = signal<Comparison | null>(null);
  const failure = signal<Error | null>(null);
  const files = signal<ReadonlyMap<string, OpenedFile>>(new Map());

  const put = (path: string, file: OpenedFile) => {
    files.value = new Map([...files.peek(), [path, file]]);
  };

  return {
    comparison: computed(() => comparison.value),
    failure: computed(() => failure.value),
    files: computed(() => files.value),
    async load() {
      failure.value = null;
      try {
        comparison.value = await ports.comparison();
      } catch (error) {
        failure.value = asError(error);
      }
    },
    async open(path: string) {
      const known = files.peek().get(path);
      if (known && known.state !== 'failed') return;
      put(path, { state: 'loading' });
      try {
        put(path, { state: 'ready', file: await ports.file(path) });
      } catch (error) {
        put(path, { state: 'failed', message: asError(error).message });
      }
    },
  };
});
