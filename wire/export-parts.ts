import { type ExportFormat, inExportOrder } from './export.ts';
import { limits } from './limits.ts';
import type { SessionSummary } from './session.ts';

/** Sessions of a part: as many as one import takes. */
export const sessionsPerPart: Record<ExportFormat, number> = {
  json: limits.maxImportSessions,
  markdown: limits.maxImportSessions,
  archive: limits.maxArchiveSessions,
};

export type ListedSession = Pick<SessionSummary, 'id' | 'parentId' | 'startedAt' | 'agent' | 'externalId'>;

/** Ids in the order of an export, so many in each part; one empty part where there is none. */
export function partsInOrder(sessions: readonly ListedSession[], size: number): string[][] {
  return partsOf(
    sessions.toSorted(inExportOrder).map(({ id }) => [id]),
    size,
  );
}

/** The same for files that are imported each by itself: a session comes with its parent and its branches, unless they are too many. */
export function partsByFamily(sessions: readonly ListedSession[], size: number): string[][] {
  const parents = new Map(sessions.map(({ id, parentId }) => [id, parentId]));
  // Node 20 has no Map.groupBy.
  const families = new Map<string, string[]>();
  for (const { id } of sessions.toSorted(inExportOrder)) {
    const root = rootOf(id, parents);
    families.set(root, [...(families.get(root) ?? []), id]);
  }
  return partsOf([...families.values()], size);
}

/** What turned out too large for one file, in two or more; null for a session alone. */
export function smallerParts(sessions: readonly ListedSession[]): string[][] | null {
  return sessions.length > 1 ? partsByFamily(sessions, Math.ceil(sessions.length / 2)) : null;
}

export function partsOf(groups: readonly (readonly string[])[], size: number): string[][] {
  const parts: string[][] = [[]];
  for (const group of groups) {
    if (group.length <= size && (parts.at(-1)?.length ?? 0) + group.length > size) parts.push([]);
    for (const id of group) {
      if ((parts.at(-1)?.length ?? 0) >= size) parts.push([]);
      parts.at(-1)?.push(id);
    }
  }
  return parts;
}

function rootOf(id: string, parents: ReadonlyMap<string, string | null>): string {
  const passed = new Set<string>();
  let at = id;
  // No server of ours answers with a circle.
  for (let up = parents.get(at); up && parents.has(up) && !passed.has(up); up = parents.get(at)) {
    passed.add(at);
    at = up;
  }
  return at;
}
