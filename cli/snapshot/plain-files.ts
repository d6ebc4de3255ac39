import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

interface Rules {
  /** The folder that they are of, from the root on: empty, or with `/` at its end. */
  folder: string;
  rules: Ignore;
}

/** The files below a folder that no `.gitignore` on the way leaves out, where there is no repository. What cannot be read is left to `unreadable`. */
export function plainFiles(root: string, unreadable: (path: string) => void): string[] {
  const found: string[] = [];
  const walk = (folder: string, above: readonly Rules[]): void => {
    const entries = entriesOf(join(root, folder));
    if (!entries) {
      unreadable(folder || '.');
      return;
    }
    const hasRules = entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const rules = hasRules ? [...above, rulesOf(root, folder)] : above;
    for (const entry of entries) {
      if (entry.name.toLowerCase() === '.git') continue;
      const path = folder + entry.name;
      const named = entry.isDirectory() ? `${path}/` : path;
      if (isIgnored(named, rules)) continue;
      if (entry.isDirectory()) walk(named, rules);
      else found.push(path);
    }
  };
  walk('', []);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}

function rulesOf(root: string, folder: string): Rules {
  // As git matches them, except where the file system itself cares less.
  const rules = ignore({ ignorecase: process.platform === 'darwin' || process.platform === 'win32' });
  try {
    rules.add(readFileSync(join(root, folder, '.gitignore'), 'utf8'));
  } catch {
    // Rules that nobody may read rule nothing, as in git.
  }
  return { folder, rules };
}

/** The nearest file of rules that has an opinion decides. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  for (const { folder, rules: own } of rules.toReversed()) {
    const { ignored, unignored } = own.test(path.slice(folder.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}
