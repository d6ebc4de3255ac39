import * as z from 'zod';

// What Slack takes as a message, written down from its reference of blocks and from nothing of ours
// (https://docs.slack.dev/reference/block-kit/blocks).

/** `handedBack` is what Slack adds to the texts of a message that it hands back, and takes again. */
function textsWith(handedBack: { emoji?: z.ZodOptional<z.ZodBoolean>; verbatim?: z.ZodOptional<z.ZodBoolean> }) {
  const { emoji, verbatim } = handedBack;
  const plainText = (max: number) =>
    z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), ...(emoji && { emoji }) });
  const mrkdwn = (max: number) =>
    z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), ...(verbatim && { verbatim }) });
  const blockId = z.string().max(255).optional();

  const Button = z.strictObject({
    type: z.literal('button'),
    action_id: z.string().max(255),
    text: plainText(75),
    url: z.url().max(3000).optional(),
    value: z.string().max(2000).optional(),
    style: z.enum(['primary', 'danger']).optional(),
  });

  const Block = z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150) }),
    z
      .strictObject({
        type: z.literal('section'),
        block_id: blockId,
        text: mrkdwn(3000).optional(),
        fields: z.array(mrkdwn(2000)).min(1).max(10).optional(),
      })
      .refine(({ text, fields }) => text !== undefined || fields !== undefined),
    z.strictObject({ type: z.literal('context'), block_id: blockId, elements: z.array(mrkdwn(2000)).min(1).max(10) }),
    z
      .strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(Button).min(1).max(25) })
      .refine(({ elements }) => new Set(elements.map(({ action_id }) => action_id)).size === elements.length),
  ]);
  return { text: z.string().min(1).max(4000), blocks: z.array(Block).min(1).max(50) };
}

/** What a message of our own shows, and what is read where it is not shown. */
export const slackTexts = textsWith({});

const flag = z.boolean().optional();
const Message = z.looseObject(textsWith({ emoji: flag, verbatim: flag }));

/** Throws for a message that Slack would refuse. */
export const checkSlackMessage = (body: unknown): void => void Message.parse(body);
