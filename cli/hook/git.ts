/** The remote and branch of the repository around `cwd`, and where in it that is, as far as git says so; credentials in the remote stay here. */
export function gitFacts(cwd: string): { repository?: string; gitBranch?: string; folder?: string } {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const say = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, {
      cwd,
      encoding: 'utf8',
      timeout: 300,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
  };
  const repository = say('config', '--get', 'remote.origin.url')?.replace(/\/\/[^/@]*@/, '//');
  const folder = `./${say('rev-parse', '--show-prefix') ?? ''}`;
  return { repository, gitBranch: say('rev-parse', '--abbrev-ref', 'HEAD'), ...(repository !== undefined && { folder }) };
}
