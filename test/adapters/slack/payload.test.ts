import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actButtons } from '../../../worker/adapters/slack/buttons.ts';
import { readSlackBody } from '../../../worker/adapters/slack/payload.ts';
import { notification } from '../sender-ports.ts';

const form = 'application/x-www-form-urlencoded';
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, contentType = form) => readSlackBody(contentType, bytes(text));
const sessionId = 'ses_abcdefghij234567abcd';
const asking = notification({ sessionId, callId: 'apr_7', actions: ['allow', 'deny', 'pause', 'raise', 'open'] });

describe('what Slack sends', () => {
  it('as its documentation shows a command', () => {
    // https://docs.slack.dev/interactivity/implementing-slash-commands
    const body =
      'token=gIkuvaNzQIHg97ATvDxqgjtO&team_id=T0001&team_domain=example&enterprise_id=E0001&enterprise_name=Globular%20Construct%20Inc&channel_id=C2147483705&channel_name=test&user_id=U2147483697&user_name=Steve&command=/weather&text=94070&response_url=https://hooks.slack.com/commands/1234/5678&trigger_id=13345224609.738474920.8088930838d88f008e0&api_app_id=A123456';
    expect(read(body)).toEqual({
      kind: 'command',
      teamId: 'T0001',
      user: { id: 'U2147483697', name: 'Steve' },
      text: '94070',
      responseUrl: 'https://hooks.slack.com/commands/1234/5678',
    });
  });

  it('as a press of each button that we make', () => {
    const pressed = actButtons(asking).map((button) => {
      const payload = {
        type: 'block_actions',
        team: { id: 'T9TK3CUKW', domain: 'example' },
        user: { id: 'UA8RXUSPL', username: 'jtorrance', team_id: 'T9TK3CUKW' },
        response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
        message: { bot_id: 'BAH5CA16Z', type: 'message', text: 'x', ts: '1548261231.000200', blocks: [{ type: 'divider' }] },
        actions: [{ ...button, block_id: '=qXel', action_ts: '1548426417.840180' }],
      };
      return read(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    });
    const subject = { key: asking.key, sessionId, callId: 'apr_7' };
    expect(pressed).toMatchObject(
      ['allow', 'deny', 'pause', 'raise'].map((action) => ({
        kind: 'press',
        teamId: 'T9TK3CUKW',
        user: { id: 'UA8RXUSPL', name: 'jtorrance' },
        pressed: { action, ...subject },
        blocks: [{ type: 'divider' }],
      })),
    );
  });

  it('is nothing to answer where it is signed and about something else', () => {
    const other = { type: 'view_submission', team: { id: 'T1' }, view: {} };
    expect(read(new URLSearchParams({ payload: JSON.stringify(other) }).toString())).toEqual({ kind: 'other', teamId: 'T1' });
    expect(read('ssl_check=1&token=x')).toBeUndefined();
    expect(read('{"type":"event_callback"}', 'application/json')).toBeUndefined();
    expect(read('{"type":"url_verification","challenge":"c"}', 'application/json; charset=utf-8')).toEqual({
      kind: 'hello',
      challenge: 'c',
    });
  });

  it('is never an error, whatever it is', () => {
    const any = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `payload=${encodeURIComponent(json)}`),
    );
    fc.assert(
      fc.property(any, fc.constantFrom(form, 'application/json', ''), (text, contentType) => {
        read(text, contentType);
      }),
    );
  });
});

describe('buttons', () => {
  it('are those that the notification names, and none that have nothing to act on', () => {
    const ids = (over: object) => actButtons({ ...asking, ...over }).map((button) => Object(button).action_id.slice(11));
    expect(ids({})).toEqual(['allow', 'deny', 'pause', 'raise']);
    expect(ids({ actions: ['pause', 'open'] })).toEqual(['pause']);
    expect(ids({ callId: undefined })).toEqual(['pause', 'raise']);
    expect(ids({ sessionId: undefined })).toEqual([]);
    expect(ids({ actions: undefined })).toEqual([]);
  });
});
