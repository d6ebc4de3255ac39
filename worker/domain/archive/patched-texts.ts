import { patchOf } from '../call-target.ts';

/** What an `apply_patch` of Codex' does to one file. */
export interface PatchedFile {
  path: string;
  kind: 'add' | 'update' | 'delete';
  movedTo?: string;
  /** Of an added file, all of it. */
  content: string;
  /** Of a changed one, each place: its lines before and after, which carry no numbers. */
  replacements: { before: string; after: string }[];
}

const header = /^\*\*\* (Add|Update|Delete) File: *(\S.*)$/;
const kinds: Record<string, PatchedFile['kind']> = { Add: 'add', Update: 'update', Delete: 'delete' };

/** The files of a patch in Codex' envelope; undefined for a call that is none. */
export function patchedTexts(tool: string, input: unknown): PatchedFile[] | undefined {
  const patch = patchOf(tool, input);
  if (patch === undefined) return undefined;
  const files: PatchedFile[] = [];
  let place: { before: string[]; after: string[] } | undefined;
  const closePlace = () => {
    if (place) files.at(-1)?.replacements.push({ before: textOf(place.before), after: textOf(place.after) });
    place = undefined;
  };
  for (const line of patch.split('\n')) {
    const [, verb = '', path = ''] = header.exec(line) ?? [];
    const file = files.at(-1);
    if (path !== '') {
      closePlace();
      files.push({ path: path.trimEnd(), kind: kinds[verb] ?? 'update', content: '', replacements: [] });
    } else if (file && line.startsWith('*** Move to: ')) file.movedTo = line.slice(13).trim();
    else if (line.startsWith('@@') || line.startsWith('***')) closePlace();
    else if (file?.kind === 'add' && line.startsWith('+')) file.content += `${line.slice(1)}\n`;
    else if (file?.kind === 'update' && /^[ +-]/.test(line)) {
      place ??= { before: [], after: [] };
      if (!line.startsWith('+')) place.before.push(line.slice(1));
      if (!line.startsWith('-')) place.after.push(line.slice(1));
    }
  }
  closePlace();
  return files;
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
