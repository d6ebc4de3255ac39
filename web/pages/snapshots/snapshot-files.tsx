import { useMemo, useState } from 'preact/hooks';
import type { LeftOut, Manifest, ManifestEntry } from '../../../wire/snapshot.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { bytes, plural } from '../../format.ts';
import { crumbsOf, folderView, type SnapshotFolder, searched } from '../../models/archive/snapshot-files.ts';

/** Rows that are drawn at once; a folder of generated files may hold a hundred thousand. */
const step = 200;

/** The files of a snapshot: by folder, or all that a search finds. */
export function SnapshotFiles({ manifest: { entries, leftOut } }: { manifest: Manifest }) {
  const [query, setQuery] = useState('');
  const [path, setPath] = useState('');
  const [shown, setShown] = useState(step);
  const finding = query.trim() !== '';
  const view = useMemo(
    () => (finding ? { folders: [], entries: searched(entries, query) } : folderView(entries, path)),
    [entries, query, path],
  );
  const goTo = (folder: string) => {
    setPath(folder);
    setShown(step);
  };
  const hidden = Math.max(0, view.folders.length + view.entries.length - shown);
  return (
    <section class="snapshot-files" aria-label="Files">
      <Field
        label="Find a file"
        bare
        type="search"
        placeholder="Find a file"
        value={query}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setShown(step);
        }}
      />
      {finding ? (
        <p class="muted" role="status">
          {plural(view.entries.length, 'file')} found
        </p>
      ) : (
        <Crumbs path={path} onGo={goTo} />
      )}
      <ul class="snapshot-rows">
        {view.folders.slice(0, shown).map((folder) => (
          <FolderRow key={folder.path} folder={folder} onGo={goTo} />
        ))}
        {view.entries.slice(0, Math.max(0, shown - view.folders.length)).map((entry) => (
          <FileRow key={entry.path} entry={entry} name={finding ? entry.path : entry.path.slice(path.length)} />
        ))}
      </ul>
      {view.folders.length + view.entries.length === 0 && <p class="muted">{finding ? 'Nothing has this name.' : 'No files.'}</p>}
      {hidden > 0 && (
        <Button size="small" onClick={() => setShown(shown + 5 * step)}>
          {`Show more of ${plural(hidden, 'other')}`}
        </Button>
      )}
      {leftOut.length > 0 && <LeftOutList leftOut={leftOut} />}
    </section>
  );
}

function Crumbs({ path, onGo }: { path: string; onGo: (path: string) => void }) {
  const crumbs = crumbsOf(path);
  return (
    <nav class="snapshot-crumbs" aria-label="Folder">
      {crumbs.map(({ name, path: to }, index) => (
        <span key={to}>
          {index > 0 && <span class="faint"> / </span>}
          {index === crumbs.length - 1 ? (
            <span aria-current="location">
              <Said text={name} />
            </span>
          ) : (
            <button type="button" class="crumb-button" onClick={() => onGo(to)}>
              <Said text={name} />
            </button>
          )}
        </span>
      ))}
    </nav>
  );
}

function FolderRow({ folder, onGo }: { folder: SnapshotFolder; onGo: (path: string) => void }) {
  return (
    <li>
      <button type="button" class="snapshot-row" onClick={() => onGo(folder.path)}>
        <Icon name="project" size={14} />
        <span class="truncate mono">
          <Said text={folder.name} />
        </span>
        <span class="numeric faint">{plural(folder.files, 'file')}</span>
        <span class="numeric snapshot-size">{bytes(folder.bytes)}</span>
      </button>
    </li>
  );
}

function FileRow({ entry, name }: { entry: ManifestEntry; name: string }) {
  return (
    <li class="snapshot-row">
      <Icon name={entry.type === 'link' ? 'link' : 'file'} size={14} />
      <span class="truncate mono" title={entry.path}>
        <Said text={name} />
        {entry.type === 'link' && (
          <span class="faint">
            {' → '}
            <Said text={entry.target} />
          </span>
        )}
      </span>
      <span class="numeric faint">{entry.type === 'file' && (entry.mode & 0o111) !== 0 ? 'runs' : ''}</span>
      <span class="numeric snapshot-size">{entry.type === 'file' ? bytes(entry.size) : ''}</span>
    </li>
  );
}

const whyWords: Record<LeftOut['why'], string> = {
  secret: 'looks as if it held a secret',
  too_large: 'too large',
  unreadable: 'could not be read',
  special: 'no ordinary file',
};

function LeftOutList({ leftOut }: { leftOut: readonly LeftOut[] }) {
  return (
    <details class="snapshot-left-out">
      <summary>{plural(leftOut.length, 'file')} left out</summary>
      <ul class="snapshot-rows">
        {leftOut.slice(0, step).map(({ path, why }) => (
          <li class="snapshot-row" key={path}>
            <Icon name="eyeOff" size={14} />
            <span class="truncate mono" title={path}>
              <Said text={path} />
            </span>
            <span class="faint">{whyWords[why]}</span>
          </li>
        ))}
      </ul>
      {leftOut.length > step && <p class="faint">and {plural(leftOut.length - step, 'other')}, listed in the manifest.</p>}
    </details>
  );
}
