import type { SessionSummary } from '../../../../wire/session.ts';
import { slowNow } from '../../../clock.ts';
import { Notice } from '../../../components/states.tsx';
import { type SharedFile, sharedFiles, sharedWords } from '../../../models/session/session-collisions.ts';

const maxShown = 3;

/** Who else edits this session's files at the moment. */
export function CollisionNotice({ session, hrefOf }: { session: SessionSummary; hrefOf: (id: string) => string }) {
  if (!session.collisions) return null;
  const files = sharedFiles(session, slowNow.value);
  if (files.length === 0) return null;
  return (
    <div class="hold-notice collision-notice">
      <Notice tone="warn">
        {files.slice(0, maxShown).map((file) => (
          <Shared key={file.path} file={file} hrefOf={hrefOf} />
        ))}
        {files.length > maxShown && <p class="muted">and {files.length - maxShown} more files</p>}
      </Notice>
    </div>
  );
}

function Shared({ file, hrefOf }: { file: SharedFile; hrefOf: (id: string) => string }) {
  const { path, others } = file;
  return (
    <p>
      {sharedWords([file]).slice(0, -path.length)}
      <code>{path}</code>: this one and{' '}
      {others.map(({ sessionId, title }, index) => (
        <span key={sessionId}>
          {index > 0 && ', '}
          <a href={hrefOf(sessionId)}>{title || 'another session'}</a>
        </span>
      ))}
    </p>
  );
}
