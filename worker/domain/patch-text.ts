import { limits } from '../../wire/limits.ts';

/** Codex' own parser takes a header with spaces before it, too. */
const header = /^[ \t]*\*\*\* (?:Add File|Update File|Delete File|Move to): *(\S.*)$/gm;

/** The files that a patch of Codex' `apply_patch` adds, changes, deletes or moves to, each once; one more than the cap at most. */
export function patchedFiles(patch: string): string[] {
  const files = new Set<string>();
  for (const [, path = ''] of patch.matchAll(header)) {
    if (path.length <= limits.maxPathLength) files.add(path.trimEnd());
    if (files.size > limits.maxCallPaths) break;
  }
  return [...files];
}
