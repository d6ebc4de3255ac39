import { railCollapsed } from '../../rail.ts';
import { Skeleton } from '../states.tsx';

/** The shell's true shape, until we know who is here. */
export function ShellSkeleton() {
  return (
    <div class="shell" data-collapsed={railCollapsed.value} aria-busy="true">
      <div class="rail" aria-hidden="true">
        <div class="organization-button">
          <Skeleton width="100%" height={16} />
        </div>
      </div>
      <main id="main">
        <span class="visually-hidden" role="status">
          Opening Flightdeck
        </span>
        <div class="page">
          <div class="page-header">
            <div class="connection none" />
          </div>
        </div>
      </main>
      <div class="bottom-bar" aria-hidden="true" />
    </div>
  );
}
