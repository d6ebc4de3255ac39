import { computed, createModel, signal } from '@preact/signals';
import type { ImportOutcome, ImportReport, OnConflict } from '../../../wire/import.ts';
import { plural } from '../../format.ts';
import type { Sending } from '../../upload.ts';
import type { Refusal } from '../form.ts';

export interface TransferPorts {
  send(file: Blob, query: { project: string; onConflict: OnConflict; dryRun: boolean }, sending: Sending): Promise<ImportReport>;
}

interface Problem {
  path: string;
  message: string;
}

/** An import from a page: a file is checked first, then brought in; whatever is changed meanwhile has it checked anew. */
export const TransferModel = createModel((ports: TransferPorts) => {
  const file = signal<File | null>(null);
  const project = signal('');
  const onConflict = signal<OnConflict>('skip');
  const report = signal<ImportReport | null>(null);
  const failure = signal<string | null>(null);
  const problems = signal<Problem[]>([]);
  const sent = signal<number | null>(null);

  /** Counts checks, imports and changes: what was sent before the latest of them has nothing to say any more. */
  let asked = 0;
  let sending: AbortController | null = null;

  const forget = () => {
    asked += 1;
    sent.value = null;
    report.value = null;
    failure.value = null;
    problems.value = [];
  };
  const run = async (dryRun: boolean) => {
    if (file.value === null) {
      failure.value = 'Choose a file first.';
      return;
    }
    forget();
    const mine = asked;
    sending = new AbortController();
    const { signal: cancelled } = sending;
    sent.value = 0;
    try {
      const query = { project: project.value, onConflict: onConflict.value, dryRun };
      const onProgress = (share: number) => {
        if (mine === asked) sent.value = share;
      };
      const answer = await ports.send(file.value, query, { onProgress, signal: cancelled });
      if (mine === asked) report.value = answer;
    } catch (error) {
      if (mine !== asked) return;
      const refusal = error as Partial<Refusal>; // ApiError, or whatever reading a file throws.
      failure.value = refusal.message ?? 'That did not work. Try again.';
      problems.value = Object.entries(refusal.fields ?? {}).map(([path, message]) => ({ path, message }));
    } finally {
      if (mine === asked) sent.value = null;
    }
  };
  return {
    file: computed(() => file.value),
    project: computed(() => project.value),
    onConflict: computed(() => onConflict.value),
    /** What would happen, or has happened. */
    report: computed(() => report.value),
    failure: computed(() => failure.value),
    problems: computed(() => problems.value),
    /** Which share is sent; null while nothing is. */
    sent: computed(() => sent.value),
    choose(chosen: File | undefined) {
      file.value = chosen ?? null;
      forget();
    },
    setProject(id: string) {
      project.value = id;
      forget();
    },
    setConflict(rule: OnConflict) {
      onConflict.value = rule;
      forget();
    },
    /** Breaks off what is being sent. What is sent wholly is on its way in, and goes on. */
    cancel() {
      if (sent.peek() === null || sent.peek() === 1) return;
      sending?.abort();
      forget();
    },
    check: () => run(true),
    bring: () => run(false),
  };
});

export const outcomeWords: Record<ImportOutcome, string> = {
  created: 'New',
  renamed: 'Beside another',
  replaced: 'In place of another',
  skipped: 'Left as it is',
  unchanged: 'There already',
};

const arriving: readonly ImportOutcome[] = ['created', 'renamed', 'replaced'];

/** How many sessions a report brings in. */
export const arrivals = ({ sessions }: ImportReport): number =>
  sessions.filter(({ outcome }) => arriving.includes(outcome)).length;

/** Whether an import of what was checked would bring anything. */
export const bringsAnything = ({ sessions }: ImportReport): boolean =>
  sessions.some(({ outcome, snapshotCount = 0 }) => arriving.includes(outcome) || snapshotCount > 0);

/** How many give their place. */
export const replacements = ({ sessions }: ImportReport): number =>
  sessions.filter(({ outcome }) => outcome === 'replaced').length;

/** `2 sessions would be imported, 1 is left as it is.` */
export function reportTitle(report: ImportReport): string {
  const count = arrivals(report);
  const rest = report.sessions.length - count;
  const snapshots = report.sessions.reduce((sum, { snapshotCount = 0 }) => sum + snapshotCount, 0);
  const verb = report.dryRun ? 'would be imported' : `${count === 1 && snapshots === 0 ? 'was' : 'were'} imported`;
  const others = rest > 0 ? `; ${plural(rest, 'session')} ${rest === 1 ? 'stays as it is' : 'stay as they are'}` : '';
  const withThem = snapshots > 0 ? ` and ${plural(snapshots, 'snapshot')}` : '';
  return `${plural(count, 'session')}${withThem} ${verb}${others}.`;
}
