import { randomBytes } from 'node:crypto';
import { appendFile, chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * The Worker's local secrets, from `secrets.env` in the state folder, readable by its owner only; what is missing is made.
 * Add a line there for any other secret that you want to try locally.
 */
export async function localSecrets(stateDir: string): Promise<Record<string, string>> {
  const file = join(stateDir, 'secrets.env');
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = parseEnv(text) as Record<string, string>;
  if (found.SIGNING_SECRET) return found;
  const secret = randomBytes(32).toString('hex');
  await appendFile(file, `SIGNING_SECRET=${secret}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return { ...found, SIGNING_SECRET: secret };
}
