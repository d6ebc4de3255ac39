import { RunError } from '../local/run.ts';

/** Runs one wrangler command and resolves to what it printed; throws RunError with all it said. */
export type Wrangler = (args: string[]) => Promise<string>;

/** The id of the D1 database of this name, made if there is none. */
export async function databaseId(wrangler: Wrangler, name: string): Promise<string> {
  const found = await findDatabase(wrangler, name);
  if (found) return found;
  await wrangler(['d1', 'create', name]);
  const made = await findDatabase(wrangler, name);
  if (!made) throw new Error(`The database ${name} was created, but is not listed. Try again in a minute.`);
  return made;
}

async function findDatabase(wrangler: Wrangler, name: string): Promise<string | undefined> {
  // Wrangler's own format.
  const databases = JSON.parse(await wrangler(['d1', 'list', '--json'])) as { name: string; uuid: string }[];
  return databases.find((database) => database.name === name)?.uuid;
}

/** Makes the R2 bucket, unless it is there. */
export async function ensureBucket(wrangler: Wrangler, name: string): Promise<void> {
  try {
    await wrangler(['r2', 'bucket', 'create', name]);
  } catch (error) {
    if (!said(error, /already exists|code: 10004/)) throw error;
  }
}

/**
 * Whether the deployed Worker has this secret. Only a Worker that does not exist counts as one without: any other failure is
 * thrown, because a second signing secret would log everybody out and void every token.
 */
export async function hasSecret(wrangler: Wrangler, config: string, name: string): Promise<boolean> {
  try {
    const secrets = JSON.parse(await wrangler(['secret', 'list', '--config', config, '--format', 'json'])) as { name: string }[];
    return secrets.some((secret) => secret.name === name);
  } catch (error) {
    if (said(error, /code: 10007|does not exist on your account|Worker .* not found/)) return false;
    throw error;
  }
}

/** Makes the Pages project, unless it is there. */
export async function ensurePagesProject(wrangler: Wrangler, name: string): Promise<void> {
  try {
    await wrangler(['pages', 'project', 'create', name, '--production-branch', 'main']);
  } catch (error) {
    if (!said(error, /already exists|code: 8000002/)) throw error;
  }
}

const said = (error: unknown, words: RegExp): boolean => error instanceof RunError && words.test(error.output);
