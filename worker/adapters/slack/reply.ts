import { outsideUrl } from '../outside/outside-url.ts';
import { ask, byStatus, type SenderPorts, type Sent } from '../sender.ts';
import { escaped } from './blocks.ts';

/** What is answered to a command or a press: to whoever did it alone, or in the place of the message whose button it was. */
export interface SlackReply {
  takesPlace: boolean;
  text: string;
  blocks: object[];
}

/** Slack refuses longer texts and more blocks. */
const maxText = 3000;
const maxBlocks = 50;

export const section = (mrkdwn: string): object => ({
  type: 'section',
  text: { type: 'mrkdwn', text: mrkdwn.slice(0, maxText) },
});

/** Words for one person; they hold no markup. */
export const aside = (words: string, blocks: object[] = []): SlackReply => ({
  takesPlace: false,
  text: escaped(words).slice(0, maxText),
  blocks: [section(escaped(words)), ...blocks].slice(0, maxBlocks),
});

/** The message as it was, with what came of it in the place of its buttons; the one that only opens a page stays. */
export function settledMessage(blocks: readonly unknown[], words: string, atMs: number): SlackReply {
  const iso = new Date(atMs).toISOString();
  const when = `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}|${iso}>`;
  const told = escaped(words).slice(0, maxText - 200);
  return {
    takesPlace: true,
    text: escaped(words).slice(0, maxText),
    blocks: [
      // Slack gives blocks back as it was given them; what else is in a message is not ours to repeat.
      ...blocks.filter(isWords).slice(0, maxBlocks - 2),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${told} · ${when}` }] },
      ...blocks.flatMap(openOnly).slice(0, 1),
    ],
  };
}

const isWords = (block: unknown): block is object => ['header', 'section'].includes(String(field(block, 'type')));

function openOnly(block: unknown): object[] {
  const elements = field(block, 'elements');
  if (field(block, 'type') !== 'actions' || !Array.isArray(elements)) return [];
  const open = elements.filter((element) => field(element, 'action_id') === 'flightdeck_open');
  return open.length > 0 ? [{ type: 'actions', elements: open }] : [];
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** The hosts of the addresses that Slack gives to answer at. */
const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/**
 * Brings an answer to where Slack waits for it (https://docs.slack.dev/interactivity/handling-user-interaction). Slack has no
 * idempotency key here: what takes a message's place may be brought twice, what somebody is told may not.
 */
export async function sendSlackReply(
  ports: Pick<SenderPorts, 'fetch' | 'now' | 'allowLoopback'>,
  responseUrl: string,
  { takesPlace, text, blocks }: SlackReply,
): Promise<Sent> {
  const judged = outsideUrl(responseUrl, ports);
  if (!judged.ok) return { outcome: 'refused', detail: judged.why };
  const isLoopback = judged.url.protocol === 'http:';
  if (!isLoopback && !hosts.has(judged.url.hostname)) return { outcome: 'refused', detail: 'This is no address of Slack’s.' };
  const asked = await ask(ports, judged.url.href, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ...(takesPlace ? {} : { response_type: 'ephemeral' }), replace_original: takesPlace, text, blocks }),
  });
  if (!asked.ok) return { ...asked.sent, isFinal: !takesPlace };
  return byStatus(asked.answer, ports.now());
}
