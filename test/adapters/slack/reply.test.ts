import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aside, sendSlackReply, settledMessage } from '../../../worker/adapters/slack/reply.ts';
import { recordingPorts } from '../sender-ports.ts';
import { checkSlackMessage } from './strict-slack.ts';

const atMs = Date.parse('2026-11-27T12:00:00Z');
const url = 'https://hooks.slack.com/actions/T1/2/3';
const word = fc.string({ unit: fc.constantFrom(...'<&>é😀 a\n'), minLength: 1, maxLength: 5000 });

describe('a message whose button was pressed', () => {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'It waits' } },
    { type: 'rich_text', elements: [] },
    { type: 'actions', elements: [{ type: 'button', action_id: 'flightdeck_allow' }] },
  ];

  it('keeps its words, loses its buttons and says what was done, when', () => {
    const reply = settledMessage(blocks, 'Allowed by <Ada> & co.', atMs);
    expect(reply.takesPlace).toBe(true);
    expect(reply.blocks).toEqual([
      blocks[0],
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `Allowed by &lt;Ada&gt; &amp; co. · <!date^${atMs / 1000}^{date_short_pretty} {time}|2026-11-27T12:00:00.000Z>`,
          },
        ],
      },
    ]);
  });

  it('is one that Slack takes, whatever it was and whatever the words are', () => {
    fc.assert(
      fc.property(word, fc.array(fc.anything(), { maxLength: 60 }), (words, others) => {
        checkSlackMessage(settledMessage([...blocks, ...others], words, atMs));
        checkSlackMessage(aside(words));
      }),
    );
  });
});

describe('an answer', () => {
  it('to one person is theirs alone; one that takes a message’s place is not', async () => {
    const { ports, requests } = recordingPorts(() => new Response('ok'));
    expect(await sendSlackReply(ports, url, aside('Hello'))).toMatchObject({ outcome: 'delivered' });
    expect(await sendSlackReply(ports, url, settledMessage([], 'Done', atMs))).toMatchObject({ outcome: 'delivered' });
    expect(requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { response_type: 'ephemeral', replace_original: false },
      { replace_original: true },
    ]);
    expect(JSON.parse(requests[1]?.body ?? '')).not.toHaveProperty('response_type');
  });

  it('that may have arrived is given to nobody twice, but may take a place twice', async () => {
    const { ports } = recordingPorts(() => Promise.reject(new Error('reset')));
    expect(await sendSlackReply(ports, url, aside('Hello'))).toMatchObject({ outcome: 'unknown', isFinal: true });
    expect(await sendSlackReply(ports, url, settledMessage([], 'Done', atMs))).toMatchObject({
      outcome: 'unknown',
      isFinal: false,
    });
  });

  it.each([
    'https://example.com/',
    'http://hooks.slack.com/x',
    'https://hooks.slack.com.example.com/',
    'https://a@hooks.slack.com/',
    'x',
  ])('is not sent to %s', async (elsewhere) => {
    const { ports, requests } = recordingPorts(() => new Response('ok'));
    expect(await sendSlackReply(ports, elsewhere, aside('Hello'))).toMatchObject({ outcome: 'refused' });
    expect(requests).toEqual([]);
  });
});
