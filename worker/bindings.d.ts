declare namespace Cloudflare {
  interface Env extends import('./env.ts').Env {}
}
