import { lazyPage } from '../lazy-page.tsx';

/** The flow of connecting an agent, loaded when a page shows it. */
export const ConnectFlow = lazyPage(() => import('./connect-flow.tsx').then((module) => module.ConnectFlow));
