import { useState } from 'preact/hooks';
import { save } from '../../download.ts';
import { commandNote, shellCommand } from '../../models/session/shell-command.ts';
import { CopyButton } from '../copy-button.tsx';
import { Icon } from '../icon.tsx';
import { Tabs } from '../tabs.tsx';
import { CodeBox } from './code-box.tsx';

interface SettingsFileProps {
  path: string;
  content: string;
}

/** A file to put on the developer's machine: as it is, or as one command that puts it there. */
export function SettingsFile({ path, content }: SettingsFileProps) {
  const [view, setView] = useState<'command' | 'file'>('command');
  const shown = view === 'file' ? content : shellCommand(path, content);
  return (
    <div class="settings-file">
      <div class="settings-file-head">
        <Icon name="file" />
        <code class="truncate">{path}</code>
        <Tabs
          label={`How to write ${path}`}
          tabs={[
            { id: 'command', label: 'Command' },
            { id: 'file', label: 'File' },
          ]}
          current={view}
          onChange={setView}
        />
      </div>
      <CodeBox label={view === 'file' ? path : `Command that writes ${path}`} text={shown} />
      <div class="settings-file-foot">
        <p class="faint">{view === 'file' ? 'Holds a token: readable by you alone.' : commandNote(content)}</p>
        {view === 'file' && <DownloadButton name={path.slice(path.lastIndexOf('/') + 1)} content={content} />}
        <CopyButton text={shown} label={view === 'file' ? 'Copy file' : 'Copy command'} />
      </div>
    </div>
  );
}

function DownloadButton({ name, content }: { name: string; content: string }) {
  const download = () => save(name, new Blob([content], { type: 'application/octet-stream' }));
  return (
    <button type="button" class="button secondary small" onClick={download}>
      <Icon name="download" size={14} />
      <span>Download</span>
    </button>
  );
}
