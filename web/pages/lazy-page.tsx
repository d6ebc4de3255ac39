import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import { ErrorState } from '../components/states.tsx';

/** A page whose code comes when it is asked for. Where it can't be fetched (offline, or gone with a deployment) the page says so. */
export function lazyPage<Props = object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy<ComponentType<Props>>(() => load().catch(() => PageDidNotLoad));
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
