import type { Approval, ApprovalList } from '../../wire/approval.ts';
import type { SessionEvent } from '../../wire/event.ts';
import type { FeedFrame, Frame } from '../../wire/frame.ts';
import type { SessionPage, SessionStatus, SessionSummary } from '../../wire/session.ts';
import { agents, titleOf } from '../agent.ts';
import { call, type Login, requireLogin } from '../api.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../failure.ts';
import { failRule } from '../hook/fail-rule.ts';
import { spoolRoot } from '../hook/spool-root.ts';
import { dollars, eventLine } from '../status/event-line.ts';
import { failRuleWords } from '../status/fail-rule-words.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { sessionTable } from '../status/session-table.ts';
import { follow } from '../status/socket.ts';
import { waitingCalls } from '../status/waiting-calls.ts';
import { bold, dim, plain, say } from '../terminal.ts';
import type { Command } from './command.ts';

const liveStatuses: readonly SessionStatus[] = ['queued', 'running', 'waiting', 'paused', 'budget_exceeded'];
const redrawMs = 250;

export const status: Command = {
  summary: 'Live sessions, or one session as it happens',
  usage: 'status [session] [--once]',
  help: [
    'Without a session: a table of the live ones, kept current on a terminal, and the calls that wait for a',
    'person. With one (its id here, or the agent’s own): one line for each event until the session ends or',
    'you press Ctrl-C.',
    '  --once   Show what there is now, and end',
  ],
  options: { once: { type: 'boolean' } },
  maxPositionals: 1,
  run: async ([wanted], options) => {
    const login = requireLogin();
    if (wanted !== undefined) return showSession(login, wanted, options.has('once'));
    return showTable(login, options.has('once') || !process.stdout.isTTY);
  },
};

/** Whoever is held goes on once that is lifted, unless its agent has gone; one that left to wait for an answer comes back. */
const isLive = ({ status, endedAt }: SessionSummary): boolean =>
  liveStatuses.includes(status) && (endedAt === null || status === 'waiting');

const columns = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

async function showTable(login: Login, once: boolean): Promise<number> {
  const sessions = new Map<string, SessionSummary>();
  /** By session. The list of sessions does not know them; rooms do. */
  const approvals = new Map<string, Approval[]>();
  const load = async () => {
    const page = await call<SessionPage>(login, 'GET', `/api/sessions?status=${liveStatuses.join(',')}&limit=100`);
    sessions.clear();
    for (const session of page.items.filter(isLive)) sessions.set(session.id, session);
    const waiting = await call<ApprovalList>(login, 'GET', '/api/approvals');
    approvals.clear();
    for (const { sessionId, ...approval } of waiting.items)
      approvals.set(sessionId, [...(approvals.get(sessionId) ?? []), approval]);
  };
  await load();
  const table = () => sessionTable([...sessions.values()], Date.now(), columns());
  const waiting = () =>
    waitingCalls(
      [...approvals].flatMap(([sessionId, calls]) => calls.map((call) => ({ ...call, sessionId }))),
      Date.now(),
      columns(),
    );
  if (once) {
    for (const line of [...table(), ...waiting(), ...failRules()]) say(line);
    return exitCodes.ok;
  }
  let drawn = 0;
  let note = '';
  const draw = () => {
    const below = [...waiting(), ...failRules(), dim(note || 'Ctrl-C ends this.')];
    const lines = [...table().slice(0, Math.max(2, (process.stdout.rows ?? 40) - 1 - below.length)), ...below];
    process.stdout.write(`${drawn > 0 ? `\x1b[${drawn}A\x1b[J` : ''}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  draw();
  const redraw = setInterval(draw, redrawMs);
  try {
    await follow(
      login,
      () => '/api/feed',
      async (received) => {
        const frame = received as FeedFrame; // What the server's own schema says.
        note = '';
        // What changed before the feed was open is in the list.
        if (frame.type === 'hello') await load();
        if (frame.type === 'deleted') {
          sessions.delete(frame.sessionId);
          approvals.delete(frame.sessionId);
        }
        if (frame.type !== 'session') return true;
        approvals.set(frame.session.id, frame.session.approvals ?? []);
        if (isLive(frame.session)) sessions.set(frame.session.id, frame.session);
        else sessions.delete(frame.session.id);
        return true;
      },
      (why) => {
        note = `Out of touch (${why}); trying again.`;
      },
    );
  } finally {
    clearInterval(redraw);
  }
  return exitCodes.ok;
}

/** What the agents of this machine do while the server is away. */
function failRules(): string[] {
  const { connections } = readConfig();
  const lines = agents.flatMap((agent) => {
    const connection = connections[agent];
    if (connection?.flavour !== 'command') return [];
    return dim(`${titleOf(agent)} here: ${failRuleWords(failRule(connection, spoolRoot(agent, connection)))}`);
  });
  return lines.length > 0 ? ['', ...lines] : [];
}

async function showSession(login: Login, wanted: string, once: boolean): Promise<number> {
  const id = await sessionIdOf(login, wanted);
  let seen = 0;
  let session: SessionSummary | undefined;
  const show = (events: readonly SessionEvent[]) => {
    for (const event of events) {
      if (event.seq <= seen) continue;
      seen = event.seq;
      const line = eventLine(event, columns());
      if (line !== '') say(line);
    }
  };
  await follow(
    login,
    () => `/api/sessions/${id}/live?after=${seen}`,
    async (received) => {
      const frame = received as Frame; // What the server's own schema says.
      if (frame.type === 'hello' && !session) say(headline(frame.session));
      if (frame.type === 'hello' || frame.type === 'summary') session = frame.session;
      if (frame.type === 'events') show(frame.events);
      if (frame.type === 'gap') await readGap(login, id, frame, show);
      const isOver = once || !session || !isLive(session);
      return frame.type !== 'deleted' && !(isOver && session && seen >= session.lastSeq);
    },
    (why) => process.stderr.write(`Out of touch (${why}); trying again.\n`),
  );
  if (session) say(dim(`${session.status} · ${session.toolCallCount} tool calls · ${dollars(session.costMicroUsd)}`));
  return exitCodes.ok;
}

async function readGap(
  login: Login,
  id: string,
  gap: { from: number; to: number },
  show: (events: SessionEvent[]) => void,
): Promise<void> {
  for (let after: number | null = gap.from - 1; after !== null && after < gap.to; ) {
    const page: { items: SessionEvent[]; nextAfter: number | null } = await call(
      login,
      'GET',
      `/api/sessions/${id}/events?after=${after}&limit=1000`,
    );
    show(page.items.filter(({ seq }) => seq <= gap.to));
    after = page.nextAfter;
  }
}

const headline = ({ title, agent, model, status, id }: SessionSummary): string =>
  `${bold(plain(title) || id)} ${dim([agent, model, status].filter(Boolean).join(' · '))}`;
