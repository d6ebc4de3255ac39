import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { ErrorState } from '../../components/states.tsx';
import { missingWords, pathFor } from '../../models/alerts/handed-back.ts';

/** Where GitHub sends somebody who installed the App: leads to the organization that it was for. */
export function InstalledPage() {
  const { route } = useLocation();
  const path = pathFor(location.search);
  useEffect(() => {
    if (path) route(path, true);
  }, [path]);
  if (path) return null;
  return <ErrorState {...missingWords(location.search)} />;
}
