import type { Project, Role } from '../../../wire/identity.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { Pressed } from '../../adapters/slack/buttons.ts';
import { aside, type SlackReply, settledMessage } from '../../adapters/slack/reply.ts';
import { requestBlock, sessionBlock, sessionLines } from '../../adapters/slack/session-blocks.ts';
import { type Action, allows, roleFor } from '../../domain/access.ts';
import { decidedWords } from '../../domain/limits/approvals.ts';
import type { SlackCommand } from '../../domain/work/slack-command.ts';
import type { Env } from '../../env.ts';
import { openDb } from '../../store/db.ts';
import { listProjects } from '../../store/identity/projects.ts';
import { listSessions } from '../../store/sessions/list.ts';
import { calling, sessionRoom } from '../index.ts';
import { controlSession } from '../session/control-session.ts';
import type { DecisionAnswer, Person } from '../session/orders.ts';
import { requestSession } from '../work/request-session.ts';

/** A member who acts from Slack. */
export interface SlackActor {
  env: Env;
  organizationId: string;
  person: Person;
  role: Role;
  /** Where the organization's pages are. */
  pages: string;
  nowMs: number;
}

/** Sessions that the command lists: more do not fit a message that somebody reads. */
const maxListed = 10;

type Verb<Name> = Extract<SlackCommand, { verb: Name }>;

/** Does what somebody asked for, as far as they may, the same way as the page. May be repeated under the same `key`. */
export async function obeyCommand(
  actor: SlackActor,
  command: Exclude<SlackCommand, { verb: 'help' | 'wrong' }>,
  key: string,
): Promise<SlackReply> {
  const refused = refusedTo(actor, needs[command.verb]);
  if (refused) return aside(refused);
  switch (command.verb) {
    case 'sessions':
      return list(actor);
    case 'show': {
      const session = await summaryOf(actor, command.sessionId);
      return session ? aside(session.title || session.agent, [sessionBlock(session, actor.pages)]) : noSession;
    }
    case 'pause':
    case 'resume':
    case 'stop':
      return control(actor, command as Verb<'pause' | 'resume' | 'stop'>);
    case 'start':
      return start(actor, command as Verb<'start'>, key);
    default:
      return command satisfies never;
  }
}

const needs = {
  sessions: 'session.read',
  show: 'session.read',
  pause: 'session.control',
  resume: 'session.control',
  stop: 'session.control',
  start: 'session.request',
} as const satisfies Record<Exclude<SlackCommand['verb'], 'help' | 'wrong'>, Action>;

/** Why this member may not do it; undefined where they may. */
export const refusedTo = ({ role }: SlackActor, action: Action): string | undefined =>
  allows(role, action) ? undefined : `This needs the role ${roleFor(action)} or above in Flightdeck; you are ${role}.`;

async function list({ env, organizationId, pages }: SlackActor): Promise<SlackReply> {
  const { items, nextCursor } = await listSessions(openDb(env.DB), organizationId, {
    statuses: ['queued', 'running', 'waiting', 'paused', 'budget_exceeded'],
    limit: maxListed,
  });
  if (items.length === 0) return aside('Nothing runs or waits. /flightdeck start <project> <what to do> asks for a session.');
  const words = nextCursor === null ? 'These run or wait:' : `The last ${maxListed} that run or wait:`;
  return aside(words, sessionLines(items, pages));
}

async function control(actor: SlackActor, { verb, sessionId }: Verb<'pause' | 'resume' | 'stop'>): Promise<SlackReply> {
  const { env, organizationId, person, pages } = actor;
  const controlled = await controlSession(env, organizationId, sessionId, { action: verb }, person);
  if (!controlled) return noSession;
  return controlled.ok ? aside(`${done[verb]}.`, [sessionBlock(controlled.session, pages)]) : aside(controlled.message);
}

const done = { pause: 'Paused', resume: 'It goes on', stop: 'Stopped' } as const;

async function start({ env, organizationId, person, pages }: SlackActor, wish: Verb<'start'>, key: string): Promise<SlackReply> {
  const projects = await allProjects(env, organizationId);
  const found = projects.filter(({ id, name }) => id === wish.project || name.toLowerCase() === wish.project.toLowerCase());
  const [project] = found;
  if (!project)
    return aside(
      `There is no project “${wish.project}”. Projects: ${projects
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  if (found.length > 1)
    return aside(`Several projects are called “${wish.project}”: ${found.map(({ id }) => id).join(', ')}. Say which by its id.`);
  const requested = await requestSession(env, {
    organizationId,
    projectId: project.id,
    agent: 'claude-code',
    prompt: wish.prompt,
    source: { kind: 'slack', label: 'Slack' },
    key: JSON.stringify(['slack', key]),
    requestedBy: person,
  });
  if (!requested.ok) return aside(requested.message);
  return aside('Asked for. A machine that runs flightdeck work takes it.', [
    requestBlock(requested.request, project.name, pages),
  ]);
}

async function allProjects(env: Env, organizationId: string): Promise<Project[]> {
  const all: Project[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await listProjects(openDb(env.DB), organizationId, { cursor, limit: 200 });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    more = cursor !== undefined;
  }
  return all;
}

/** Answers a call that waits; where that was done elsewhere before, the message says by whom. */
export async function decide(
  actor: SlackActor,
  { action, sessionId, callId = '' }: Pressed,
  blocks: unknown[],
): Promise<SlackReply> {
  const refused = refusedTo(actor, 'session.control');
  if (refused) return aside(refused);
  const { env, organizationId, person, nowMs } = actor;
  const room = () => sessionRoom(env, organizationId, sessionId);
  const decision = action === 'allow' ? 'allow' : 'deny';
  const decided = await calling(
    room,
    async (stub): Promise<DecisionAnswer | null> => stub.decide(callId, { decision, scope: 'once' }, person),
  );
  if (!decided) return settledMessage(blocks, 'This session is not there any more.', nowMs);
  if (!decided.ok) return settledMessage(blocks, decidedWords(decided.message), nowMs);
  const verdict = await calling(room, async (stub): Promise<Verdict | null> => stub.verdictOn(callId));
  const words = verdict && 'reason' in verdict ? verdict.reason : undefined;
  return settledMessage(
    blocks,
    decidedWords(words ?? `${decision === 'allow' ? 'Allowed' : 'Denied'} by ${person.name}.`),
    nowMs,
  );
}

export async function pauseFrom(actor: SlackActor, { sessionId }: Pressed, blocks: unknown[]): Promise<SlackReply> {
  const refused = refusedTo(actor, 'session.control');
  if (refused) return aside(refused);
  const { env, organizationId, person, nowMs } = actor;
  const paused = await controlSession(env, organizationId, sessionId, { action: 'pause' }, person);
  if (!paused) return settledMessage(blocks, 'This session is not there any more.', nowMs);
  if (!paused.ok) return settledMessage(blocks, paused.message, nowMs);
  // Who paused it first is who did.
  const by = paused.session.hold?.by ?? person;
  return settledMessage(blocks, `Paused by ${by.name}.`, nowMs);
}

export const summaryOf = ({ env, organizationId }: SlackActor, sessionId: string): Promise<SessionSummary | null> =>
  calling(
    () => sessionRoom(env, organizationId, sessionId),
    async (room): Promise<SessionSummary | null> => room.summary(),
  );

const noSession = aside('There is no such session in this organization.');
