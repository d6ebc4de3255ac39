import { useState } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Menu } from '../../components/menu.tsx';
import { showToast } from '../../components/toast.tsx';
import { download, exportPath } from '../../download.ts';
import { plural } from '../../format.ts';
import { TagsDialog } from './tags-dialog.tsx';

interface SessionMenuProps {
  session: SessionSummary;
  link: string;
  onSnapshots: () => void;
  onCompare: () => void;
  /** What this reader may not do is undefined, and not offered. */
  onRename?: () => void;
  onBranch?: () => void;
  onMerge?: () => void;
  onBudget?: () => void;
  onTags?: (tags: string[]) => Promise<void>;
  onDelete?: () => Promise<void>;
}

/** What can be done with a session as a whole. */
export function SessionMenu({
  session,
  link,
  onSnapshots,
  onCompare,
  onRename,
  onBranch,
  onMerge,
  onBudget,
  onTags,
  onDelete,
}: SessionMenuProps) {
  const [asked, setAsked] = useState<'tags' | 'delete'>();
  // Nothing has happened in a session whose agent was not started.
  const isWaiting = session.status === 'queued';
  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(link);
      showToast('Link copied.');
    } catch {
      showToast('Your browser did not allow copying. Copy the address bar instead.', { tone: 'bad' });
    }
  };
  return (
    <>
      <Menu
        label="Session"
        align="end"
        groups={[
          [
            { label: 'Copy link', icon: 'link', onSelect: copyLink },
            ...(onRename ? [{ label: 'Rename', icon: 'edit', onSelect: onRename } as const] : []),
            ...(onBudget
              ? [{ label: session.budget ? 'Change budget' : 'Set a budget', icon: 'shield', onSelect: onBudget } as const]
              : []),
            ...(onTags ? [{ label: 'Tags', icon: 'filter', onSelect: () => setAsked('tags') } as const] : []),
          ],
          [
            ...(onBranch && !isWaiting ? [{ label: 'Branch off', icon: 'branch', onSelect: onBranch } as const] : []),
            ...(onMerge && session.branch && !isWaiting
              ? [{ label: 'Give the outcome back', icon: 'merge', onSelect: onMerge } as const]
              : []),
            { label: 'Snapshots', icon: 'archive', onSelect: onSnapshots },
            { label: 'Compare', icon: 'compare', onSelect: onCompare },
            { label: 'Export as JSON', icon: 'download', onSelect: () => download(exportPath(session.id, 'json')) },
            { label: 'Export as Markdown', icon: 'download', onSelect: () => download(exportPath(session.id, 'markdown')) },
            {
              label: 'Export all, with snapshots',
              icon: 'download',
              onSelect: () => download(exportPath(session.id, 'archive')),
            },
          ],
          onDelete ? [{ label: 'Delete', icon: 'trash', danger: true, onSelect: () => setAsked('delete') }] : [],
        ]}
      >
        {(trigger) => <IconButton icon="more" label="More" {...trigger} />}
      </Menu>
      {onTags && <TagsDialog open={asked === 'tags'} tags={session.tags} onClose={() => setAsked(undefined)} onSave={onTags} />}
      {onDelete && (
        <Confirm
          open={asked === 'delete'}
          title={`Delete “${session.title || 'Untitled'}”?`}
          verb="Delete session"
          onClose={() => setAsked(undefined)}
          onConfirm={onDelete}
        >
          <p>
            Its {plural(session.eventCount, 'event')} and its snapshots go into the trash, for everybody, and are gone for good
            after {limits.trashDays} days. What its agent sends from now on is not kept.
          </p>
        </Confirm>
      )}
    </>
  );
}
