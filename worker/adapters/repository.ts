/**
 * The repository behind a git remote, as `host/owner/name` in lower-case host: `git@github.com:Owner/name.git` and
 * `https://user:token@github.com/Owner/name` are both `github.com/Owner/name`. Credentials never pass; what is no remote of a host
 * (a path, `file:`) is undefined.
 */
export function repositoryOf(url: string): string | undefined {
  const remote = url.trim();
  if (remote.length > 1000) return undefined;
  const match = remoteUrl.exec(remote) ?? scpLike.exec(remote);
  if (!match) return undefined;
  const [, host = '', path = ''] = match;
  const name = path.replace(/\/+$/, '').replace(/\.git$/, '');
  return name === '' || name.includes('//') ? undefined : `${host.toLowerCase()}/${name}`;
}

const remoteUrl = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^/@\s]*@)?([A-Za-z0-9.-]+)(?::\d+)?\/+([\w./~+-]+)$/;
const scpLike = /^(?:[\w.-]+@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+):(?!\/\/)\/?([\w./~+-]+)$/;
