import type { NewMessage } from '../../wire/approval.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { call, requireLogin } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { say } from '../terminal.ts';
import type { Command } from './command.ts';

export const message: Command = {
  summary: 'Write to an agent; it reads that at its next hook',
  usage: 'message <session> <text>',
  help: ['Its model gets the text beside a prompt or a tool’s result; docs/verdicts.md says where, for each agent.'],
  maxPositionals: Number.POSITIVE_INFINITY,
  run: async ([session, ...words]) => {
    const text = words.join(' ');
    if (session === undefined || text.trim() === '')
      throw new Failure(`To whom, and what?\nUsage: flightdeck ${message.usage}`, exitCodes.usage);
    const login = requireLogin();
    const id = await sessionIdOf(login, session);
    await call<SessionSummary>(login, 'POST', `/api/sessions/${id}/messages`, { text } satisfies NewMessage);
    say('The agent reads it at its next hook.');
    return exitCodes.ok;
  },
};
