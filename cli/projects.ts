import type { Project } from '../wire/identity.ts';
import { type Login, listAll } from './api.ts';
import { Failure } from './failure.ts';
import { plain } from './terminal.ts';

const isNamed =
  (wanted: string) =>
  ({ id, name }: Project): boolean =>
    id === wanted || name.toLowerCase() === wanted.toLowerCase();

/** A project by its name or id. Throws a Failure that says which there are. */
export async function projectNamed(login: Login, wanted: string): Promise<Project> {
  const projects = await listAll<Project>(login, '/api/projects');
  return chosenOf(projects, wanted) ?? unknownProject(projects, wanted);
}

export const chosenOf = (projects: readonly Project[], wanted: string): Project | undefined => projects.find(isNamed(wanted));

/** `wanted` is undefined where nobody said. */
export function unknownProject(projects: readonly Project[], wanted: string | undefined): never {
  const names = projects.map(({ name }) => plain(name)).join(', ') || 'none yet; make one in the browser';
  throw new Failure(
    `${wanted === undefined ? 'Which project? Say --project.' : `There is no project "${plain(wanted)}".`} Projects: ${names}`,
  );
}
