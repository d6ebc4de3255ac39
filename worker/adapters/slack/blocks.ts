import type { Notification } from '../../../wire/notification.ts';
import { clip as cut } from '../../domain/clip.ts';
import { actButtons, openButton } from './buttons.ts';

/** Slack refuses longer ones (https://docs.slack.dev/reference/block-kit/blocks). */
const maxHeader = 150;
const maxSection = 3000;
const maxField = 2000;
const maxFields = 10;

const marks = { info: 'ℹ️', warning: '⚠️', critical: '🔴' } as const;

/** What Slack shows where it has no room for blocks, as on a phone's lock screen. */
export const slackText = ({ title, body }: Notification): string => clip(escaped(`${title} — ${body}`), maxSection);

/** A notification as Slack's blocks, with a button that opens the page where one acts; and, where they are answered, buttons that act. */
export function slackBlocks(notification: Notification, publicUrl: string, areAnswered = false): object[] {
  const { title, body, facts, severity, kind, link } = notification;
  const mark = kind === 'resolved' ? '✅' : marks[severity];
  return [
    // Plain text: what a session is called cannot become a mention or a link.
    { type: 'header', text: { type: 'plain_text', text: clip(`${mark} ${title}`, maxHeader) } },
    { type: 'section', text: { type: 'mrkdwn', text: clip(escaped(body), maxSection) || ' ' } },
    ...(facts.length > 0
      ? [{ type: 'section', fields: facts.slice(0, maxFields).map(({ label, value }) => field(label, value)) }]
      : []),
    { type: 'actions', elements: [...(areAnswered ? actButtons(notification) : []), openButton(`${publicUrl}${link}`)] },
  ];
}

const field = (label: string, value: string) => ({
  type: 'mrkdwn',
  text: clip(`*${escaped(label)}*\n${escaped(value)}`, maxField),
});

/** In Slack's own markup these three begin mentions, links and entities. */
export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As `shortened`, and not cut within an entity. */
export const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${cut(text, length - 1).replace(/&[a-z]{0,3}$/, '')}…`;
