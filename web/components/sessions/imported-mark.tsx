import type { SessionSummary } from '../../../wire/session.ts';

/** Beside a session's title: it ran elsewhere, or was brought back from a file. Nothing where it did not. */
export function ImportedMark({ session: { imported } }: { session: Pick<SessionSummary, 'imported'> }) {
  if (!imported) return null;
  return (
    <span class="chip" title={`Imported on ${imported.at.slice(0, 10)}`}>
      Imported
    </span>
  );
}
