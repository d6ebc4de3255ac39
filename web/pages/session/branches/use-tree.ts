import { useEffect, useMemo } from 'preact/hooks';
import { client, read } from '../../../api.ts';
import { SessionTreeModel } from '../../../models/session/session-tree.ts';
import { useOrganization } from '../../../organization-scope.ts';

/** The family of a session while it has any: nobody is asked about a session of its own. */
export function useTree(id: string, hasFamily: boolean) {
  const { onFeed } = useOrganization();
  const tree = useMemo(
    () => new SessionTreeModel({ tree: () => read(client.api.sessions[':id'].tree.$get({ param: { id } })) }),
    [id],
  );
  useEffect(() => {
    if (!hasFamily) return;
    tree.load();
    return onFeed((frame) => {
      tree.apply(frame);
      // A new connection has a gap before it.
      if (frame.type === 'hello') tree.load();
    });
  }, [tree, hasFamily]);
  return tree;
}
