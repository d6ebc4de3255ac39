import { repositoryOf } from '../../adapters/repository.ts';
import type { Draft } from '../../domain/draft.ts';
import { rootOf } from '../../domain/touch.ts';

/** What git says of the folder that a hook runs in. */
export interface ToldFacts {
  remote?: string | undefined;
  branch?: string | undefined;
  /** The folder from the repository's root on; an empty one says nothing. */
  prefix?: string | undefined;
}

/** The draft with what our own command hooks tell beside the agent's JSON: agents themselves name neither repository nor branch. */
export function withToldFacts(draft: Draft, { remote, branch, prefix }: ToldFacts): Draft {
  const repository = repositoryOf(remote ?? '');
  const gitBranch = branch || undefined;
  const cwd = draft.facts?.cwd;
  const root = prefix && cwd ? rootOf(cwd, prefix) : undefined;
  return repository || gitBranch || root ? { ...draft, facts: { ...draft.facts, repository, gitBranch, root } } : draft;
}
