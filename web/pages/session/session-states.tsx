import { Button, LinkButton } from '../../components/button.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { SessionSkeleton } from './session-skeleton.tsx';

/** In place of a session that is not there. */
export function NoSession({ listHref }: { listHref: string }) {
  return (
    <EmptyState icon="sessions" title="There is no such session">
      <p>It was deleted, or it belongs to another organization.</p>
      <LinkButton href={listHref}>All sessions</LinkButton>
    </EmptyState>
  );
}

/** In place of the session, while its events are read. */
export function Opening({ failure, onRetry }: { failure: Error | null; onRetry: () => void }) {
  if (!failure) return <SessionSkeleton />;
  return <ErrorState title="The events did not load" detail={failure.message} onRetry={onRetry} />;
}

/** In place of the rows. */
export function NoRows({ filtering, onClear }: { filtering: boolean; onClear: () => void }) {
  if (!filtering) {
    return (
      <EmptyState icon="clock" title="Nothing has happened yet">
        The first event appears here the moment it arrives.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="filter" title="Nothing here passes the filter">
      <Button size="small" onClick={onClear}>
        Clear the filter
      </Button>
    </EmptyState>
  );
}
