import { account } from '../account.ts';
import { showToast } from '../components/toast.tsx';
import { asError } from '../models/as-error.ts';
import { pushPorts } from '../push.ts';
import { pushMemory } from '../push-memory.ts';

/** Logs out; a logout that failed is said, because it must not be taken for one that worked. */
export async function logOut(): Promise<void> {
  try {
    await account.logout();
    // Whoever sits here next is not told of it; the server hears from the push service that nobody is there.
    pushMemory.clear();
    if (pushPorts.isSupported()) await pushPorts.unsubscribe().catch(() => undefined);
  } catch (error) {
    showToast(`You are still logged in: ${asError(error).message}`, { tone: 'bad' });
  }
}
