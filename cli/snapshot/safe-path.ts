/** Names that Windows takes for devices, whatever their extension. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.| *$)/i;
/** Longer names are on no file system that we know; the limit is in bytes. */
const maxNameBytes = 255;

/** Where a snapshot is put. Names that are harmless on one system reach out of the folder on another. */
export interface Place {
  isWindows: boolean;
  /** Whether `A` and `a` are one file there. */
  foldsCase: boolean;
}

/** Why a path of a manifest must not be written here, or null: it comes from elsewhere, and nothing in it is believed. */
export function whyUnsafe(path: string, { isWindows }: Place): string | null {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'has a zero byte';
  if (path.startsWith('/')) return 'is absolute';
  // Half a character becomes another one on its way to the disk, and two paths could become one.
  if (!path.isWellFormed()) return 'is no proper text';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return 'does not stay on its way down';
    if (isGitFolder(name)) return 'leads into git’s own folder, whose hooks and settings are programs';
    if (Buffer.byteLength(name) > maxNameBytes) return 'has a name that is too long for a disk';
    const why = isWindows ? whyUnsafeOnWindows(name) : null;
    if (why) return why;
  }
  return null;
}

/** As git itself sees it: HFS+ passes over some characters, Windows over dots and spaces at the end, and knows a short name. */
function isGitFolder(name: string): boolean {
  const seen = name
    .replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toLowerCase()
    .replace(/[. ]+$/, '')
    .replace(/:.*$/, '');
  return seen === '.git' || seen === 'git~1';
}

function whyUnsafeOnWindows(name: string): string | null {
  if (/[\\/:*?"<>|]/.test(name) || [...name].some((character) => character < ' '))
    return 'has a character that means something else on Windows';
  if (/[. ]$/.test(name)) return 'ends with a dot or a space, which Windows takes away';
  return device.test(name) ? 'is a device on Windows' : null;
}

/** What a path is known by on such a disk: two with the same key are one file. */
export const keyOf = (path: string, { foldsCase }: Pick<Place, 'foldsCase'>): string =>
  foldsCase ? path.normalize('NFC').toLowerCase().normalize('NFC') : path;
