import { useEffect, useMemo, useState } from 'preact/hooks';
import { ExportFormat } from '../../../wire/export.ts';
import { type ImportReport, OnConflict } from '../../../wire/import.ts';
import { client } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice } from '../../components/states.tsx';
import { saveAnswer } from '../../download.ts';
import { TransferModel } from '../../models/archive/transfer.ts';
import { mayDeleteSessions, mayEditSessions } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { upload } from '../../upload.ts';
import { ImportForm } from './import-form.tsx';
import './transfer.css';

const formatNames: Record<ExportFormat, string> = {
  json: 'JSON, to import again',
  markdown: 'Markdown, to read',
  archive: 'Archive, with snapshots, to import again',
};

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

function ExportAll() {
  const [format, setFormat] = useState<ExportFormat>('json');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const fetchAll = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await saveAnswer(client.api.exports.$post({ json: { all: true, format } }));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'The export failed. Try again.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title="Export"
      lead="Every session of the organization in one file, 300 at most; flightdeck export --all takes all of them, in as many files as it needs. One session is exported from its own page."
    >
      <div class="transfer-row">
        <SelectField label="Format" value={format} onChange={(value) => setFormat(ExportFormat.parse(value))}>
          {ExportFormat.options.map((option) => (
            <option key={option} value={option}>
              {formatNames[option]}
            </option>
          ))}
        </SelectField>
        <Button icon="download" busy={busy} onClick={fetchAll}>
          Export all sessions
        </Button>
      </div>
      {failure && <Notice tone="bad">{failure}</Notice>}
    </Section>
  );
}

/** As it is where it is that already: logs shrink to a tenth. */
async function gzipped(file: Blob): Promise<Blob> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0x1f && second === 0x8b) return file;
  return new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob();
}
