import { recorded } from './recorded.ts';
import type { Story } from './step.ts';
import { backupTimer } from './stories/backup-timer.ts';
import { flicker } from './stories/flicker.ts';
import { linkCheck } from './stories/link-check.ts';
import { loginRace } from './stories/login-race.ts';
import { overloaded } from './stories/overloaded.ts';
import { paymentUpgrade } from './stories/payment-upgrade.ts';
import { release } from './stories/release.ts';
import { rotateKey } from './stories/rotate-key.ts';

/** What an afternoon looks like: sessions that overlap, of several agents, in each of the states that they end in. */
export const stories: Story[] = [
  loginRace,
  release,
  backupTimer,
  paymentUpgrade,
  linkCheck,
  flicker,
  rotateKey,
  overloaded,
  recorded('files', 'Write a small file, change one line of it, and find it again', 'mobile-app', 6000),
  recorded('subagent', 'Let a helper run the command and tell me what it said', 'mobile-app', 10_000),
  recorded('fail', 'Run the deploy script and show me what it prints', 'platform', 14_000),
];
