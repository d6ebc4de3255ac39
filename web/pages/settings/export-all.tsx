import { useEffect, useMemo, useState } from 'preact/hooks';
import { ExportFormat } from '../../../wire/export.ts';
import type { ListedSession } from '../../../wire/export-parts.ts';
import { limits } from '../../../wire/limits.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice } from '../../components/states.tsx';
import { fileIn, save } from '../../download.ts';
import { gzipped } from '../../gzipped.ts';
import { ExportAllModel } from '../../models/archive/export-all.ts';

const formatNames: Record<ExportFormat, string> = {
  json: 'JSON, to import again',
  markdown: 'Markdown, to read',
  archive: 'Archive, with snapshots, to import again',
};

/** All sessions out, in files that an import takes. */
export function ExportAll() {
  const [format, setFormat] = useState<ExportFormat>('json');
  const model = useMemo(() => new ExportAllModel({ list, fetch, fits, save }), []);
  useEffect(() => model.stop, []);
  const busy = model.busy.value;
  const part = model.part.value;
  const failure = model.failure.value;
  return (
    <Section
      title="Export"
      lead={`Every session of the organization, in files that the import below takes: up to ${limits.maxImportSessions} sessions each, ${limits.maxArchiveSessions} of an archive. One session is exported from its own page.`}
    >
      <div class="transfer-row">
        <SelectField label="Format" value={format} disabled={busy} onChange={(value) => setFormat(ExportFormat.parse(value))}>
          {ExportFormat.options.map((option) => (
            <option key={option} value={option}>
              {formatNames[option]}
            </option>
          ))}
        </SelectField>
        <Button icon="download" busy={busy} onClick={() => model.start(format)}>
          Export all sessions
        </Button>
        {busy && <Button onClick={model.stop}>Stop</Button>}
        {busy && <span role="status">{part ?? 'Listing the sessions'}</span>}
      </div>
      {failure && (
        <Notice tone="bad">
          {part ? `${part} failed: ${failure}` : failure} {part && <Button onClick={model.goOn}>Go on</Button>}
        </Notice>
      )}
    </Section>
  );
}

async function list(signal: AbortSignal): Promise<ListedSession[]> {
  const found: ListedSession[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: String(limits.maxPageItems), ...(cursor && { cursor }) };
    const page: { items: ListedSession[]; nextCursor: string | null } = await read(
      client.api.sessions.$get({ query }, { init: { signal } }),
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

function fetch(ids: readonly string[], format: ExportFormat, signal: AbortSignal) {
  // An organization without a session has an export, too.
  const which = ids.length > 0 ? { sessionIds: [...ids], ifThere: true as const } : { all: true as const };
  return fileIn(client.api.exports.$post({ json: { format, ...which } }, { init: { signal } }));
}

async function fits(file: Blob, format: ExportFormat): Promise<boolean> {
  if (format === 'markdown') return true;
  if (format === 'archive') return file.size <= limits.maxUploadBytes;
  if (file.size > limits.maxImportPlainBytes) return false;
  return file.size <= limits.maxImportBytes || (await gzipped(file)).size <= limits.maxImportBytes;
}
