import { repositoryOf } from '../../adapters/repository.ts';
import type { Draft } from '../../domain/draft.ts';

/** The draft with what our own command hooks tell beside the agent's JSON: agents themselves name neither repository nor branch. */
export function withToldFacts(draft: Draft, remote: string | undefined, branch: string | undefined): Draft {
  const repository = repositoryOf(remote ?? '');
  const gitBranch = branch || undefined;
  return repository || gitBranch ? { ...draft, facts: { ...draft.facts, repository, gitBranch } } : draft;
}
