import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../failure.ts';

/** Where a machine has its commands. */
export interface Shelves {
  isWindows: boolean;
  /** Its PATH. */
  path: string;
}

export const ourShelves = (): Shelves => ({ isWindows: process.platform === 'win32', path: process.env.PATH ?? '' });

/**
 * The file that a command is; throws a Failure where there is none, or one that a shell would have to run. Windows runs scripts by its shell,
 * which reads their arguments as words of its own; what an agent is told holds words of other people.
 */
export function findProgram(command: string, { isWindows, path }: Shelves): string {
  // What lies in the folder that somebody is in by chance is not what they mean.
  const folders = path.split(isWindows ? ';' : ':').filter(isAbsolute);
  const find = (names: string[]) => folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  const program = find([isWindows ? `${command}.exe` : command]);
  if (program !== undefined) return program;
  const script = isWindows ? find([`${command}.cmd`, `${command}.bat`]) : undefined;
  if (script === undefined) throw new Failure(`There is no command "${command}" on this machine. Install it first.`);
  throw new Failure(
    `${script} is a script, and Windows would read commands out of the prompt. Install ${command} as a program (${command}.exe): "${command} install" does, for Claude Code.`,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
