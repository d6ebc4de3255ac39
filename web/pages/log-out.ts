import { account } from '../account.ts';
import { showToast } from '../components/toast.tsx';

/** Logs out; a logout that failed is said, because it must not be taken for one that worked. */
export async function logOut(): Promise<void> {
  try {
    await account.logout();
  } catch (error) {
    showToast(`You are still logged in: ${error instanceof Error ? error.message : String(error)}`, { tone: 'bad' });
  }
}
