import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import { ErrorState } from '../components/states.tsx';

/** A page whose code comes when it is asked for. Where it can't be fetched (offline, or gone with a deployment) the page says so. */
// biome-ignore lint/suspicious/noExplicitAny: a page's props are its route's parameters, which differ by page.
export function lazyPage<Page extends ComponentType<any>>(load: () => Promise<Page>): Page {
  // The stand-in takes the page's place, so it is used with the page's props, none of which it reads.
  return lazy(() => load().catch(() => PageDidNotLoad as unknown as Page));
}

function PageDidNotLoad() {
  return (
    <ErrorState
      title="This page did not load"
      detail="Its code could not be fetched: you may be offline, or Flightdeck has just been updated."
      onRetry={() => location.reload()}
    />
  );
}
