import { useEffect, useMemo } from 'preact/hooks';
import { type ImportReport, OnConflict } from '../../../wire/import.ts';
import { Section } from '../../components/settings/section.tsx';
import { gzipped } from '../../gzipped.ts';
import { TransferModel } from '../../models/archive/transfer.ts';
import { mayDeleteSessions, mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { upload } from '../../upload.ts';
import { ExportAll } from './export-all.tsx';
import { ImportForm } from './import-form.tsx';
import './transfer.css';

/** All sessions out, and exported ones in. */
export function TransferSection() {
  const { organization, projects, sessions } = useOrganization();
  const model = useMemo(
    () =>
      new TransferModel({
        send: async (file, { project, onConflict, dryRun }, sending) => {
          const query = new URLSearchParams({ onConflict, dryRun: String(dryRun), ...(project !== '' && { project }) });
          const report = await upload<ImportReport>(`/api/imports?${query}`, await gzipped(file), 'application/gzip', sending);
          if (!dryRun) sessions.refresh();
          return report;
        },
      }),
    [],
  );
  useEffect(() => {
    if (projects.items.peek() === null) projects.load();
    return model.cancel;
  }, []);
  return (
    <>
      <ExportAll />
      {mayEditSessions(organization.role) && (
        <Section
          title="Import"
          lead="A JSON export or an archive of Flightdeck, or a transcript of Claude Code. It is checked as a whole before anything is written, and the same file twice changes nothing."
        >
          <ImportForm
            model={model}
            projects={projects.items.value ?? []}
            rules={OnConflict.options.filter((rule) => rule !== 'replace' || mayDeleteSessions(organization.role))}
            hrefOf={(id) => `/${organization.id}/sessions/${id}`}
          />
        </Section>
      )}
    </>
  );
}
