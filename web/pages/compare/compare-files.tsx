import { useMemo, useState } from 'preact/hooks';
import type { ComparedFile, ComparedFiles, EditedFile, FileChange } from '../../../wire/comparison.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice, Skeleton } from '../../components/states.tsx';
import { DiffView } from '../../components/timeline/diff-view.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { bytes, number, plural } from '../../format.ts';
import type { OpenedFile } from '../../models/compare/comparison.ts';
import { comparedEdit, sideNote } from '../../models/compare/comparison-diff.ts';
import { isNarrow } from '../../narrow.ts';

interface CompareFilesProps {
  files: ComparedFiles;
  opened: ReadonlyMap<string, OpenedFile>;
  onOpen: (path: string) => void;
}

const shownFirst = 100;

/** The files that differ; each opens to its two texts. */
export function CompareFiles({ files, opened, onOpen }: CompareFilesProps) {
  const [all, setAll] = useState(false);
  const { items, leftOut, from } = files;
  const shown: readonly (FileChange | EditedFile)[] = all ? items : items.slice(0, shownFirst);
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      <p class="muted">
        {from === 'snapshots'
          ? `From A’s snapshot to B’s; ${plural(files.unchanged, 'file')} the same.`
          : 'What each edited, by its log: it does not tell what a command changed. Snapshots of both would.'}
      </p>
      {items.length === 0 && <p>{from === 'snapshots' ? 'The files are the same.' : 'Neither edited a file.'}</p>}
      <ul class="compare-files">
        {shown.map((file) => (
          <FileRow key={file.path} file={file} opened={opened.get(file.path)} onOpen={onOpen} />
        ))}
      </ul>
      {shown.length < items.length && (
        <Button size="small" onClick={() => setAll(true)}>
          Show {plural(items.length - shown.length, 'more file')}
        </Button>
      )}
      {leftOut > 0 && <p class="muted">{number(leftOut)} more are left out.</p>}
    </section>
  );
}

interface FileRowProps {
  file: FileChange | EditedFile;
  opened: OpenedFile | undefined;
  onOpen: (path: string) => void;
}

function FileRow({ file, opened, onOpen }: FileRowProps) {
  const [open, setOpen] = useState(false);
  const { path } = file;
  const toggle = () => {
    if (!open) onOpen(path);
    setOpen(!open);
  };
  return (
    <li>
      <button type="button" class="compare-file" aria-expanded={open} onClick={toggle}>
        <Icon name={open ? 'down' : 'right'} size={12} />
        <span class="compare-path">
          <Said text={path} />
        </span>
        {'change' in file ? <Change file={file} /> : <Edits file={file} />}
      </button>
      {open && opened && <Opened opened={opened} onRetry={() => onOpen(path)} />}
    </li>
  );
}

function Change({ file: { change, sizeA, sizeB } }: { file: FileChange }) {
  const size = sizeB ?? sizeA;
  return (
    <>
      <span class={`compare-change ${change}`}>{change}</span>
      <span class="compare-size numeric faint">{size === null ? '' : bytes(size)}</span>
    </>
  );
}

function Edits({ file: { editsA, editsB } }: { file: EditedFile }) {
  return (
    <span class="compare-edits numeric">
      <span class={editsA === 0 ? 'faint' : ''}>A {plural(editsA, 'edit')}</span>
      <span class={editsB === 0 ? 'faint' : ''}>B {plural(editsB, 'edit')}</span>
    </span>
  );
}

function Opened({ opened, onRetry }: { opened: OpenedFile; onRetry: () => void }) {
  if (opened.state === 'loading') return <Skeleton height={60} />;
  if (opened.state === 'ready') return <BothTexts file={opened.file} />;
  return (
    <Notice tone="bad">
      {opened.message}{' '}
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </Notice>
  );
}

function BothTexts({ file }: { file: ComparedFile }) {
  // Opening another file draws this one again; comparing its lines may take half a second.
  const edit = useMemo(() => comparedEdit(file), [file]);
  const notes = [sideNote(file.a, 'A', file.from), sideNote(file.b, 'B', file.from)].filter((note) => note !== undefined);
  return (
    <div class="compare-texts">
      {notes.map((note) => (
        <p class="muted" key={note}>
          <Said text={note} />
        </p>
      ))}
      {edit?.hunks?.length === 0 && <p class="muted">The text is the same on both sides.</p>}
      {edit && edit.hunks?.length !== 0 && <DiffView edit={edit} layout={isNarrow() ? 'inline' : 'split'} />}
    </div>
  );
}
