/**
 * A repository's name from a remote's URL: `https://user:secret@github.com/owner/name.git` and `git@github.com:owner/name` are both
 * `github.com/owner/name`. Credentials are never kept. Undefined for what names no host, a local path for one.
 */
export function repositoryOf(remote: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/i.exec(remote.trim());
  const scp = /^(?:[^@/:]+@)?([^/:]+\.[^/:]+):(?!\/\/)(.+)$/.exec(remote.trim());
  const [, host, path] = url ?? scp ?? [];
  if (!host || !path) return undefined;
  return `${host.toLowerCase()}/${path.replace(/\.git\/?$/, '').replace(/\/+$/, '')}`;
}
