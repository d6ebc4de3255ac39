import type { SlackSettings } from '../../../wire/channel.ts';
import type { Notification } from '../../../wire/notification.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { Attempt, SenderPorts, Sent } from '../../adapters/sender.ts';
import { slackBlocks } from '../../adapters/slack/blocks.ts';
import { editSlack } from '../../adapters/slack/edit.ts';
import { settledMessage } from '../../adapters/slack/reply.ts';
import type { Deed, MessageChange } from '../../domain/alerts/notification.ts';
import { decidedWords } from '../../domain/limits/approvals.ts';
import type { Env } from '../../env.ts';
import { calling, sessionRoom, slackDesk } from '../index.ts';
import type { NewDelivery } from './outbox-book.ts';
import { noSlackApp, slackTokenOf } from './slack-sender.ts';

export const slackEditKind = 'slack-edit';

/** A change of one message. */
export interface SlackEdit {
  /** What the message tells. */
  key: string;
  deeds: Deed[];
  at: string;
}

/** The changes of a message go out in order, and beside what its channel is sent: one that fails keeps nothing else waiting. */
export const editTarget = (channelId: string, key: string): string => `${slackEditKind}:${channelId}:${key}`;

export const newSlackEdit = ({ name, deeds, at }: MessageChange, key: string, channelId: string): NewDelivery => ({
  key: `${key}/${name}`,
  target: editTarget(channelId, key),
  kind: slackEditKind,
  channelId,
  // It names neither a session nor a person.
  title: 'A message in Slack says what became of its alert',
  payload: JSON.stringify({ key, deeds, at } satisfies SlackEdit),
});

/** Has a message say what became of its matter, in the place of its buttons. */
export async function editInSlack(
  env: Env,
  organizationId: string,
  ports: SenderPorts,
  settings: SlackSettings,
  { notification, place, edit }: { notification: Notification; place: string; edit: SlackEdit },
  attempt: Attempt,
): Promise<Sent> {
  const found = await slackTokenOf(env, organizationId, settings);
  if (!found) return noSlackApp;
  const known = await knownOf(env, organizationId, notification);
  const done = edit.deeds.flatMap(({ what, by }) => (by ? [`${what} by ${by.name}.`] : []));
  // Who decided a call says that it is over.
  const isDecided = notification.callId !== undefined && known.length > 0;
  const over = isDecided ? [] : edit.deeds.flatMap(({ what, by }) => (by ? [] : [what]));
  const words = [...done, ...known, ...over].join(' ');
  const message = settledMessage(slackBlocks(notification, ports.publicUrl), words, Date.parse(edit.at));
  return editSlack(ports, { token: found.token, place }, message, attempt);
}

/** What people did to what a message is about, in Slack or on the page, as a press of its buttons would have it say. */
async function knownOf(env: Env, organizationId: string, notification: Notification): Promise<string[]> {
  const { key, sessionId, callId, actions = [] } = notification;
  const words: (string | null)[] = [];
  if (sessionId !== undefined && callId !== undefined) {
    const verdict = await calling(
      () => sessionRoom(env, organizationId, sessionId),
      async (room): Promise<Verdict | null> => room.verdictOn(callId),
    );
    words.push(verdict ? decided(verdict) : null);
  }
  if (actions.includes('raise'))
    words.push(
      await calling(
        () => slackDesk(env, organizationId),
        async (desk): Promise<string | null> => desk.raised(key),
      ),
    );
  if (sessionId !== undefined && actions.includes('pause')) {
    const session = await calling(
      () => sessionRoom(env, organizationId, sessionId),
      async (room): Promise<SessionSummary | null> => room.summary(),
    );
    const { because, by } = session?.hold ?? {};
    words.push(because === 'paused' && by ? `Paused by ${by.name}.` : null);
  }
  return words.filter((each) => each !== null);
}

/** Null while nobody has decided. */
function decided(verdict: Verdict): string | null {
  if (verdict.type === 'ask' || verdict.type === 'defer') return null;
  return verdict.reason === undefined ? null : decidedWords(verdict.reason);
}
