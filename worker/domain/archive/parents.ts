/** Whom each session has as its parent. Where they go round in a circle, as a file may say, the last of it has none. */
export function parentsIn(sessions: readonly { id: string; parentId: string | null }[]): Map<string, string | null> {
  const parents = new Map<string, string | null>();
  for (const { id, parentId } of sessions) parents.set(id, isBelow(parents, parentId, id) ? null : parentId);
  return parents;
}

/** Whether `above` is `id` itself or one of its ancestors; what is known by now has no circle. */
function isBelow(parents: ReadonlyMap<string, string | null>, id: string | null, above: string): boolean {
  for (let at = id; at !== null; at = parents.get(at) ?? null) if (at === above) return true;
  return false;
}
