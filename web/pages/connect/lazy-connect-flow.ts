import { lazy } from 'preact-iso';

/** The flow of connecting an agent, loaded when a page shows it. */
export const ConnectFlow = lazy(() => import('./connect-flow.tsx').then((module) => module.ConnectFlow));
