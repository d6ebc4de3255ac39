import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/root.ts';

/** The configuration with your database's id, beside wrangler.toml so that its relative paths hold; git ignores it. */
export const deployConfig = 'wrangler.deploy.toml';

/** Writes it, and returns its name. */
export function writeDeployConfig(databaseId: string): string {
  const placeholder = '00000000-0000-0000-0000-000000000000';
  const config = readFileSync(join(root, 'wrangler.toml'), 'utf8');
  if (!config.includes(placeholder)) throw new Error(`wrangler.toml has no database_id "${placeholder}" to put yours into.`);
  writeFileSync(join(root, deployConfig), config.replace(placeholder, databaseId));
  return deployConfig;
}

/** A name that a table of wrangler.toml gives, e.g. `database_name`. */
export function named(key: 'database_name' | 'bucket_name', file = 'wrangler.toml'): string {
  const [, name] = new RegExp(`^${key} = "(.+?)"`, 'm').exec(readFileSync(join(root, file), 'utf8')) ?? [];
  if (!name) throw new Error(`${file} has no ${key}.`);
  return name;
}

/** The Pages project, as web/wrangler.toml names it. */
export function pagesProject(): string {
  const [, name] = /^name = "(.+?)"/m.exec(readFileSync(join(root, 'web/wrangler.toml'), 'utf8')) ?? [];
  if (!name) throw new Error('web/wrangler.toml has no name.');
  return name;
}
