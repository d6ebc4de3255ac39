import { setTimeout } from 'node:timers/promises';
import { postHook } from '../local/account.ts';
import type { Story } from './step.ts';

/** Sends a story's requests in order; `pace` 1 is one that a person can follow, 0 sends without a pause. */
export async function replay(story: Story, url: string, token: string, pace: number): Promise<void> {
  if (pace > 0) await setTimeout(story.startsAfterMs * pace);
  for (const { waitMs, path, body, headers } of story.steps) {
    if (pace > 0) await setTimeout(waitMs * pace);
    await postHook(url, token, path, body(), headers);
  }
}
