import { ask, type Send } from '../sender.ts';
import { post, said } from './message.ts';
import type { SlackReply } from './reply.ts';

/**
 * Changes a message that was posted (chat.update), which may be repeated. `place` is what posting it answered. Of the message's metadata
 * nothing is said, so that it stays and the message is still known as ours.
 */
export const editSlack: Send<{ token: string; place: string }, Pick<SlackReply, 'text' | 'blocks'>> = async (
  ports,
  { token, place },
  { text, blocks },
) => {
  // Ours: `placeOf` wrote it.
  const { channel, ts } = JSON.parse(place) as { channel: string; ts: string };
  const asked = await ask(ports, `${ports.slackApi}/chat.update`, post(token, { channel, ts, text, blocks }));
  return asked.ok ? said(asked.answer, ports) : asked.sent;
};
