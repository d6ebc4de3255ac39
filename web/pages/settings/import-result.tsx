import type { ImportReport } from '../../../wire/import.ts';
import { Notice } from '../../components/states.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { plural } from '../../format.ts';
import { outcomeWords, reportTitle } from '../../models/archive/transfer.ts';

interface ImportResultProps {
  report: ImportReport;
  hrefOf: (sessionId: string) => string;
}

/** What would become of each session of a file, or has. */
export function ImportResult({ report, hrefOf }: ImportResultProps) {
  const isThere = (outcome: string) => !report.dryRun || outcome === 'unchanged';
  return (
    <div class="transfer-result">
      <Notice tone={report.dryRun ? 'info' : 'good'}>{reportTitle(report)}</Notice>
      <ul class="rows" aria-label="Sessions of the file">
        {report.sessions.map(({ sessionId, title, agent, eventCount, outcome, snapshotCount = 0 }) => (
          <li class="row" key={sessionId}>
            <span class="transfer-outcome">{outcomeWords[outcome]}</span>
            <span class="truncate">
              {isThere(outcome) ? (
                <a href={hrefOf(sessionId)}>
                  <Said text={title || 'Untitled'} />
                </a>
              ) : (
                <Said text={title || 'Untitled'} />
              )}
            </span>
            <span class="faint">
              {agent}, {plural(eventCount, 'event')}
              {snapshotCount > 0 && `, ${plural(snapshotCount, 'snapshot')}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
