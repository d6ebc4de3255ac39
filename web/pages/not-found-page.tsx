import { LinkButton } from '../components/button.tsx';
import { useTitle } from '../components/shell/page.tsx';
import { EmptyState } from '../components/states.tsx';

/** For an address that is nothing, or nothing that you may see. */
export function NotFoundPage() {
  useTitle('Not found');
  return (
    <div class="not-found">
      <EmptyState icon="search" title="There is nothing here">
        <p>The address may be mistyped, or it belongs to an organization that you are not a member of.</p>
        <LinkButton kind="primary" href="/">
          Go to sessions
        </LinkButton>
      </EmptyState>
    </div>
  );
}
