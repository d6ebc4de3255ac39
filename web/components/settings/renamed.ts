import { asError } from '../../models/as-error.ts';
import { showToast } from '../toast.tsx';

/** Says what is called how now; `undo` gives it its old name back. */
export function sayRenamed(what: string, to: string, undo: () => Promise<void>): void {
  const run = () => {
    undo().catch((error: unknown) => {
      const reason = asError(error).message;
      showToast(`${what} is still called ${to}: ${reason}`, { tone: 'bad' });
    });
  };
  showToast(`${what} is called ${to} now.`, { action: { label: 'Undo', run } });
}
