import type { Role } from '../../../wire/identity.ts';
import { escaped } from '../../adapters/slack/blocks.ts';
import { openButton } from '../../adapters/slack/buttons.ts';
import type { SlackUser } from '../../adapters/slack/payload.ts';
import { aside, type SlackReply, section } from '../../adapters/slack/reply.ts';
import { slackCommand, slackHelp } from '../../domain/work/slack-command.ts';
import type { Env } from '../../env.ts';
import { decide, obeyCommand, pauseFrom, type SlackActor } from './slack-acts.ts';
import type { SlackBook, SlackTask } from './slack-book.ts';
import { raiseFrom } from './slack-raise.ts';

/** What answering needs besides the book. */
export interface AnswerPorts {
  env: Env;
  organizationId: string;
  pages: string;
  nowMs: number;
  /** Undefined for whoever left. */
  member(userId: string): Promise<{ name: string; role: Role } | undefined>;
  /** The address of a page on which whoever is logged in takes this Slack user for theirs. */
  offer(user: SlackUser): Promise<string>;
}

/** Does what was asked for in the name of the member that the Slack user belongs to, and says what came of it. Throws where something cannot be reached. */
export async function slackAnswer({ payload, digest }: SlackTask, book: SlackBook, ports: AnswerPorts): Promise<SlackReply> {
  const command = payload.kind === 'command' ? slackCommand(payload.text) : undefined;
  if (command?.verb === 'help') return help;
  if (command?.verb === 'wrong') return aside(command.message);
  const actor = await actorOf(payload.user, book, ports);
  if (!actor) return offerLink(payload.user, ports);
  if (payload.kind === 'press') {
    const { pressed, blocks } = payload;
    if (pressed.action === 'raise') return raiseFrom(actor, book, pressed, blocks);
    return pressed.action === 'pause' ? pauseFrom(actor, pressed, blocks) : decide(actor, pressed, blocks);
  }
  return command ? obeyCommand(actor, command, digest) : help;
}

/** The member whose Slack user it is, with the role that they have at this moment; who left has none any more. */
async function actorOf({ id }: SlackUser, book: SlackBook, ports: AnswerPorts): Promise<SlackActor | undefined> {
  const link = book.linkOf(id);
  if (!link) return undefined;
  const member = await ports.member(link.userId);
  if (!member) {
    book.unlink(link.userId);
    return undefined;
  }
  const { env, organizationId, pages, nowMs } = ports;
  return { env, organizationId, pages, nowMs, role: member.role, person: { userId: link.userId, name: member.name } };
}

async function offerLink(user: SlackUser, { offer }: AnswerPorts): Promise<SlackReply> {
  const words = 'Flightdeck does not know who you are here. Say so once: open this page, log in, and confirm. Then do it again.';
  return aside(words, [{ type: 'actions', elements: [openButton(await offer(user))] }]);
}

const help = aside('What Flightdeck does from here:', [
  section(slackHelp.map(({ usage, what }) => `\`/flightdeck ${escaped(usage)}\` — ${escaped(what)}`).join('\n')),
]);
