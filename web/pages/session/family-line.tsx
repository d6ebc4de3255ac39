import type { SessionSummary } from '../../../wire/session.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { money, plural } from '../../format.ts';
import { familyCost } from '../../models/session-family.ts';
import './family-line.css';

interface FamilyLineProps {
  session: SessionSummary;
  /** Null while it is not known. */
  parent: SessionSummary | null;
  children: readonly SessionSummary[];
  hrefOf: (sessionId: string) => string;
}

const maxShown = 4;

/** Who started this session and which ones it started, with what they cost together; nothing for a session of its own. */
export function FamilyLine({ session, parent, children, hrefOf }: FamilyLineProps) {
  const { parentId } = session;
  if (parentId === null && children.length === 0) return null;
  return (
    <nav class="session-family" aria-label="Sessions that belong together">
      {parentId !== null && (
        <p>
          <span>Started by</span>
          {parent && <StatusMark status={parent.status} />}
          <a class="truncate" href={hrefOf(parentId)}>
            {parent ? <Said text={parent.title || 'a session without a title'} /> : 'another session'}
          </a>
        </p>
      )}
      {children.length > 0 && (
        <>
          <p>
            <span>
              With {plural(children.length, 'child session')}:{' '}
              <strong class="numeric">{money(familyCost(session, children))}</strong>
            </span>
          </p>
          <ul>
            {children.slice(0, maxShown).map((child) => (
              <li key={child.id}>
                <StatusMark status={child.status} />
                <a class="truncate" href={hrefOf(child.id)}>
                  <Said text={child.title || 'A session'} />
                </a>
                <span class="numeric faint">{money(child.costMicroUsd)}</span>
              </li>
            ))}
            {children.length > maxShown && <li class="faint">and {children.length - maxShown} more</li>}
          </ul>
        </>
      )}
    </nav>
  );
}
