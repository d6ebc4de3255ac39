/** The login's address, which leads back to `from` afterwards. */
export const loginPath = (from: string): string => (from === '/' ? '/login' : `/login?next=${encodeURIComponent(from)}`);

/** Where to go after a login: only ever a path of ours, never another site. */
export function pathAfterLogin(next: string | undefined): string {
  if (!next) return '/';
  const target = URL.parse(next, location.origin);
  return target?.origin === location.origin ? target.pathname + target.search + target.hash : '/';
}
