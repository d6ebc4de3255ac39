import type { ListedApproval } from '../../../wire/approval.ts';
import { exactText } from '../../models/session/exact-text.ts';
import { agentName } from '../sessions/agent-names.ts';
import { Said } from '../timeline/said.tsx';

interface ApprovalWhoProps {
  approval: Pick<ListedApproval, 'tool' | 'sessionTitle' | 'agent' | 'cwd'>;
  projectName: string;
  /** The session's page; undefined on that page itself. */
  href: string | undefined;
}

/** Who asks, and in which folder the call would run: all of its path, as it is part of what is answered for. */
export function ApprovalWho({ approval: { tool, sessionTitle, agent, cwd }, projectName, href }: ApprovalWhoProps) {
  return (
    <div class="approval-who">
      <h2 class="truncate">
        {href ? (
          <a href={href}>
            <Said text={sessionTitle || 'Untitled'} />
          </a>
        ) : (
          exactText(tool)
        )}
      </h2>
      <p class="muted truncate">
        <Said text={[agentName(agent), projectName].filter(Boolean).join(' · ')} />
      </p>
      {cwd && <p class="mono approval-path">{exactText(cwd)}</p>}
    </div>
  );
}
