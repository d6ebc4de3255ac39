import type { NewMerge } from '../../wire/branch.ts';
import type { MergedBranch } from '../../wire/session.ts';
import { call, requireLogin } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { bold, dim, plain, say } from '../terminal.ts';
import type { Command } from './command.ts';

const maxShown = 20;

export const merge: Command = {
  summary: 'Give the outcome of a branch back to the session that it left',
  usage: 'merge <branch> [--message]',
  help: [
    'Attaches what the branch came to (its agent’s last words, the files that it changed, its cost) to its parent. No file',
    'of the parent changes: the work stays in the branch’s folder, and git merges it.',
    '  --message   The parent’s agent reads it too, at its next hook; refused where that has left',
  ],
  options: { message: { type: 'boolean' } },
  maxPositionals: 1,
  run: async ([branch], options) => {
    if (branch === undefined)
      throw new Failure(`Which branch? flightdeck status lists sessions.\nUsage: flightdeck ${merge.usage}`, exitCodes.usage);
    const login = requireLogin();
    const id = await sessionIdOf(login, branch);
    const wish: NewMerge = { message: options.has('message') };
    const { session, outcome } = await call<MergedBranch>(login, 'POST', `/api/sessions/${id}/merge`, wish);
    say(`${bold(id)}  ${plain(session.title)}`);
    if (outcome.words !== '') say(plain(outcome.words));
    for (const file of outcome.files.slice(0, maxShown)) say(`  ${plain(file)}`);
    const more = outcome.fileCount - Math.min(outcome.files.length, maxShown);
    if (more > 0) say(dim(`  and ${more} more`));
    say(
      `Its outcome is with ${session.parentId ?? 'its parent'}${wish.message ? ', whose agent reads it at its next hook' : ''}.`,
    );
    return exitCodes.ok;
  },
};
