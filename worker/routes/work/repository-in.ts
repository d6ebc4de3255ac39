import { repositoryOf } from '../../adapters/repository.ts';
import { AppError } from '../../errors.ts';

/** A remote as git has it, or `host/owner/name`, in our spelling. Throws `invalid`, of the field at `path`. */
export function repositoryIn(text: string, path: string): string {
  const repository = repositoryOf(text) ?? repositoryOf(`https://${text}`);
  if (repository !== undefined) return repository;
  const message = 'Give a git remote, or host/owner/name, e.g. github.com/acme/web.';
  throw new AppError('invalid', message, { errors: [{ path, message }] });
}
