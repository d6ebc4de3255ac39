import { useState } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import { OnConflict } from '../../../wire/import.ts';
import { limits } from '../../../wire/limits.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { SelectField } from '../../components/field.tsx';
import { FileField, SendingBar } from '../../components/file-field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import { bytes, plural } from '../../format.ts';
import { arrivals, bringsAnything, replacements, type TransferModel } from '../../models/archive/transfer.ts';
import { ImportResult } from './import-result.tsx';

interface ImportFormProps {
  model: InstanceType<typeof TransferModel>;
  projects: readonly Project[];
  /** What this reader may do on a conflict. */
  rules: readonly OnConflict[];
  hrefOf: (sessionId: string) => string;
}

const ruleNames: Record<OnConflict, string> = {
  skip: 'Leave what is there',
  rename: 'Import beside it',
  replace: 'Replace what is there',
};

const maxShown = 100;

/** A file, where it goes, and what becomes of sessions that are there: checked first, then brought in. */
export function ImportForm({ model, projects, rules, hrefOf }: ImportFormProps) {
  const [asking, setAsking] = useState(false);
  const report = model.report.value;
  const sent = model.sent.value;
  const planned = report?.dryRun ? report : null;
  const replaced = planned ? replacements(planned) : 0;
  const problems = model.problems.value;
  return (
    <Form class="transfer-form" onSubmit={model.check}>
      <FileField
        label="File (.json, .jsonl, .gz, .tar.gz)"
        accept=".json,.jsonl,.gz,.tgz,application/json,application/gzip"
        hint={`At most ${bytes(limits.maxImportPlainBytes)} and ${limits.maxImportSessions} sessions; ${bytes(limits.maxImportBytes)} as it is sent, gzipped. An archive: ${bytes(limits.maxUploadBytes)} and ${limits.maxArchiveSessions} sessions.`}
        disabled={sent !== null}
        onChoose={model.choose}
      />
      <div class="transfer-row">
        <SelectField label="Project" value={model.project.value} disabled={sent !== null} onChange={model.setProject}>
          <option value="">As the file says</option>
          {projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="If another is there"
          value={model.onConflict.value}
          disabled={sent !== null}
          onChange={(value) => model.setConflict(OnConflict.parse(value))}
        >
          {rules.map((rule) => (
            <option key={rule} value={rule}>
              {ruleNames[rule]}
            </option>
          ))}
        </SelectField>
      </div>
      <div class="transfer-row">
        <Button type="submit" kind={planned ? 'secondary' : 'primary'} busy={sent !== null}>
          Check the file
        </Button>
        {planned && bringsAnything(planned) && (
          <Button kind="primary" onClick={() => (replaced > 0 ? setAsking(true) : model.bring())}>
            Import {arrivals(planned) > 0 ? plural(arrivals(planned), 'session') : 'the snapshots'}
          </Button>
        )}
        {sent !== null && sent < 1 && <Button onClick={model.cancel}>Cancel</Button>}
      </div>
      <SendingBar sent={sent} after="Reading" />
      {model.failure.value && <Notice tone="bad">{model.failure.value}</Notice>}
      {problems.length > 0 && (
        <ul class="transfer-problems" aria-label="Problems">
          {problems.slice(0, maxShown).map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
          {problems.length > maxShown && <li class="faint">and {problems.length - maxShown} more</li>}
        </ul>
      )}
      {report && <ImportResult report={report} hrefOf={hrefOf} />}
      <Confirm
        open={asking}
        title={`Replace ${plural(replaced, 'session')}?`}
        verb="Replace"
        onClose={() => setAsking(false)}
        onConfirm={model.bring}
      >
        <p>
          What is there now goes into the trash, for everybody, and can be brought back for {limits.trashDays} days, beside what
          took its place.
        </p>
      </Confirm>
    </Form>
  );
}
