import type { Approval, ApprovalDecision } from '../../wire/approval.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { call, type Login, requireLogin } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';
import { clip } from '../status/event-line.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { plain, say } from '../terminal.ts';
import type { Command } from './command.ts';

export const approve: Command = {
  summary: 'Let a call that waits for a person run',
  usage: 'approve <session> [approval] [--session]',
  help: [
    'Which call waits, and in which session, is in `flightdeck status`. The approval may be left out where only one waits.',
    '  --session   Let the same rule’s calls of this tool through until the session ends',
  ],
  options: { session: { type: 'boolean' } },
  maxPositionals: 2,
  run: async (words, options) =>
    decide(words, { decision: 'allow', scope: options.has('session') ? 'session' : 'once' }, approve.usage),
};

export const deny: Command = {
  summary: 'Refuse a call that waits for a person',
  usage: 'deny <session> [approval] [--note <text>]',
  help: [
    'Which call waits, and in which session, is in `flightdeck status`. The approval may be left out where only one waits.',
    '  --note <text>   What the agent reads: why, or what it should do instead',
  ],
  options: { note: { type: 'string' } },
  maxPositionals: 2,
  run: async (words, options) => decide(words, { decision: 'deny', scope: 'once', note: options.text('note') }, deny.usage),
};

async function decide([session, approvalId]: string[], decision: ApprovalDecision, usage: string): Promise<number> {
  if (session === undefined) throw new Failure(`Which session?\nUsage: flightdeck ${usage}`, exitCodes.usage);
  const login = requireLogin();
  const id = await sessionIdOf(login, session);
  const approval = approvalId === undefined ? await onlyOne(login, id) : { id: approvalId };
  await call<SessionSummary>(login, 'POST', `/api/sessions/${id}/approvals/${encodeURIComponent(approval.id)}`, decision);
  const what = 'tool' in approval ? `${plain(approval.tool)} ${clip(approval.words, 120)}` : plain(approval.id);
  say(
    `${decision.decision === 'allow' ? 'Allowed' : 'Denied'}${decision.scope === 'session' ? ' until the session ends' : ''}: ${what}`,
  );
  return exitCodes.ok;
}

async function onlyOne(login: Login, sessionId: string): Promise<Approval> {
  const { approvals = [] } = await call<SessionSummary>(login, 'GET', `/api/sessions/${sessionId}`);
  const [only, ...others] = approvals;
  if (only === undefined) throw new Failure('Nothing waits for a person in that session.');
  if (others.length === 0) return only;
  const list = approvals.map(({ id, tool, words }) => `  ${plain(id)}  ${plain(tool)} ${clip(words, 100)}`);
  throw new Failure([`${approvals.length} calls wait there; say which:`, ...list].join('\n'), exitCodes.usage);
}
