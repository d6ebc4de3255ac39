const drive = /^[A-Za-z]:(?=[\\/]|$)/;

/** A path of Windows, whose parts `\` separates, too; elsewhere it may be part of a name. */
const isWindows = (path: string): boolean => drive.test(path) || path.startsWith('\\\\');

/** A path with `/` between its parts, without `.`, `..` and repeated separators; a relative one keeps the `..` that it begins with. */
export function plainPath(path: string): string {
  const slashed = isWindows(path) ? path.replaceAll('\\', '/').replace(drive, (letter) => letter.toUpperCase()) : path;
  const root = rootOf(slashed);
  const parts: string[] = [];
  for (const part of slashed.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (root === '') parts.push(part);
  }
  const plain = root + parts.join('/');
  // A folder may be named like a drive; on its own it would be taken for one.
  return root === '' && drive.test(plain) ? `./${plain}` : plain;
}

/** A path that begins at the root of its file system; a relative one stays so where no folder is known. */
export function absolutePath(path: string, folder: string | null): string {
  if (folder === null || isWindows(path) || isAbsolute(path)) return plainPath(path);
  return plainPath(`${folder}${isWindows(folder) ? '\\' : '/'}${path}`);
}

/** A path from `folder` on where it lies in it, else from the root of the file system. */
export function fromFolder(path: string, folder: string | null): string {
  const whole = absolutePath(path, folder);
  if (folder === null) return whole;
  const plain = plainPath(folder);
  const start = plain.endsWith('/') ? plain : `${plain}/`;
  const inside = whole.startsWith(start) ? whole.slice(start.length) : '';
  return inside === '' || drive.test(inside) ? whole : inside;
}

export const isAbsolute = (path: string): boolean => rootOf(path) !== '';

/** `/`, or a drive and its slash. */
function rootOf(slashed: string): string {
  if (slashed.startsWith('/')) return '/';
  return drive.test(slashed) ? `${slashed.slice(0, 2)}/` : '';
}
