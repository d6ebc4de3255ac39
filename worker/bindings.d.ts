import type { Env as Bindings } from './env.ts';

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {}
    interface GlobalProps {
      mainModule: typeof import('./index.ts');
      durableNamespaces:
        | 'SessionRoom'
        | 'OrganizationFeed'
        | 'BudgetLedger'
        | 'FileRadar'
        | 'ContentIndex'
        | 'Outbox'
        | 'RateLimiter'
        | 'WorkQueue'
        | 'AlertDesk'
        | 'Reception'
        | 'Installation'
        | 'SlackDesk';
    }
  }
}
