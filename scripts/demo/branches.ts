import type { NewBranch } from '../../wire/branch.ts';
import type { CreatedBranch, SessionSummary } from '../../wire/session.ts';
import { type Account, postHook } from '../local/account.ts';

/** Three branches of a session: one that has come to an end, one that works, and one of that which waits for its agent. */
export async function demoBranches(account: Account, sessionId: string): Promise<void> {
  const token = await account.ingestToken('branches');
  const branch = async (of: string, wish: NewBranch): Promise<SessionSummary> =>
    (await account.call<CreatedBranch>('POST', `/api/sessions/${of}/branches`, wish)).session;
  const say = async ({ externalId }: SessionSummary, words: string, isOver: boolean) => {
    const hook = (name: string, fields: object) =>
      postHook(account.url, token, '/hooks/claude-code', { session_id: externalId, hook_event_name: name, ...fields });
    await hook('UserPromptSubmit', { prompt: 'You continue an earlier session.' });
    await hook('MessageDisplay', { message_id: 'm1', index: 0, final: true, delta: words });
    if (!isOver) return;
    await hook('Stop', { last_assistant_message: words });
    await hook('SessionEnd', { reason: 'other' });
  };
  const queue = await branch(sessionId, { seq: 3, name: 'With a queue', description: 'Put the calls into a queue instead.' });
  await say(queue, 'The queue works, but every retry waits a second longer. I would not keep it.', true);
  const retries = await branch(sessionId, { seq: 6, name: 'Idempotent retries' });
  await say(retries, 'Each charge carries a key now; replaying the old ones next.', false);
  await branch(retries.id, { name: 'The same without the new table' });
}
