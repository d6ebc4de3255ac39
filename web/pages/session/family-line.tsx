import type { SessionSummary } from '../../../wire/session.ts';
import { Said } from '../../components/timeline/said.tsx';
import { money, plural } from '../../format.ts';
import { familyCost } from '../../models/session-family.ts';

interface FamilyLineProps {
  session: SessionSummary;
  children: readonly SessionSummary[];
  hrefOf: (sessionId: string) => string;
}

const maxShown = 4;

/** Who started this session and which ones it started, with what they cost together; nothing for a session of its own. */
export function FamilyLine({ session, children, hrefOf }: FamilyLineProps) {
  const { parentId } = session;
  if (parentId === null && children.length === 0) return null;
  return (
    <nav class="session-family" aria-label="Sessions that belong together">
      {parentId !== null && (
        <span>
          Started by <a href={hrefOf(parentId)}>another session</a>
        </span>
      )}
      {children.length > 0 && (
        <span>
          with {plural(children.length, 'child session')}: <strong class="numeric">{money(familyCost(session, children))}</strong>
        </span>
      )}
      {children.slice(0, maxShown).map((child) => (
        <span class="truncate" key={child.id}>
          <a href={hrefOf(child.id)}>
            <Said text={child.title || 'A session'} />
          </a>{' '}
          <span class="numeric faint">{money(child.costMicroUsd)}</span>
        </span>
      ))}
      {children.length > maxShown && <span class="faint">and {children.length - maxShown} more</span>}
    </nav>
  );
}
