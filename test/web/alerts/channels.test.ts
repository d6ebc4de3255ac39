import { describe, expect, it } from 'vitest';
import { channelGuides, channelProblems, emptyChannel, patchIn, settingsIn } from '../../../web/models/alerts/channel-guides.ts';
import { ChannelTestModel } from '../../../web/models/alerts/channel-test.ts';
import { testWords } from '../../../web/models/alerts/delivery-words.ts';
import { ChannelKind, ChannelSettings, ChannelSettingsPatch } from '../../../wire/channel.ts';
import type { Delivery } from '../../../wire/delivery.ts';

const filled = {
  'settings.url': ' https://hooks.example.com/x ',
  'settings.token': 'xoxb-1234567890-abc',
  'settings.channel': 'C0123456789',
  'settings.routingKey': 'R'.repeat(32),
  'settings.to': 'ann@example.com, bob@example.com',
};

describe('the guide of a kind of channel', () => {
  it.each(ChannelKind.options)('%s asks for what its settings need, and for nothing else', (kind) => {
    const values = { ...emptyChannel(kind), ...filled };
    expect(channelProblems(kind, values)).toEqual({});
    const settings = ChannelSettings.parse(settingsIn(kind, values));
    const { kind: _, ...rest } = settings;
    const asked = Object.keys(rest).filter((key) => key !== 'userIds');
    expect(channelGuides[kind].fields.map(({ name }) => name)).toEqual(asked.map((key) => `settings.${key}`));
    const missing = Object.keys(channelProblems(kind, emptyChannel(kind)));
    expect(missing).toEqual(channelGuides[kind].fields.filter(({ optional }) => !optional).map(({ name }) => name));
  });

  it.each(ChannelKind.options)('of the kind %s that there is keeps what is not entered, its secret too', (kind) => {
    const values = { ...emptyChannel(kind), name: 'Ours' };
    expect(channelProblems(kind, values, true)).toEqual({});
    expect(patchIn(kind, values)).toBeUndefined();
    for (const { name } of channelGuides[kind].fields) {
      const some = { ...values, [name]: filled[name] };
      expect(channelProblems(kind, some, true)).toEqual({});
      const patch = ChannelSettingsPatch.parse(patchIn(kind, some));
      expect(Object.keys(patch)).toEqual(['kind', name.replace('settings.', '')]);
    }
  });

  it('gives a bot token up for the organization’s app where that is chosen, and for nothing else', () => {
    const values = { ...emptyChannel('slack'), app: 'on', 'settings.token': filled['settings.token'] };
    expect(patchIn('slack', values)).toEqual({ kind: 'slack', token: null });
    expect(patchIn('webhook', { ...emptyChannel('webhook'), app: 'on' })).toBeUndefined();
  });

  it('takes addresses however they are separated', () => {
    const values = { ...emptyChannel('email'), 'settings.to': 'a@x.org, b@x.org\nc@x.org;' };
    expect(settingsIn('email', values)).toEqual({ kind: 'email', to: ['a@x.org', 'b@x.org', 'c@x.org'] });
  });
});

const delivery = (overrides: Partial<Delivery> = {}): Delivery => ({
  id: 'dlv_1',
  key: 'test:1',
  target: 'chn_1',
  kind: 'webhook',
  channelId: 'chn_1',
  title: 'A test',
  outcome: 'waiting',
  createdAt: '2026-11-27T12:00:00.000Z',
  finishedAt: null,
  nextAttemptAt: null,
  attempts: [],
  attemptCount: 0,
  ...overrides,
});
const failed = { n: 1, at: '2026-11-27T12:00:00.000Z', outcome: 'retry' as const, detail: 'It answered 500.', durationMs: 3 };

describe('a test of a channel', () => {
  it('is followed until it is over, and says what came of it on the way', async () => {
    const said: string[] = [];
    const answers = [delivery({ attempts: [failed] }), delivery({ outcome: 'delivered' }), delivery()];
    const test = new ChannelTestModel({
      send: async () => delivery(),
      read: async () => answers.shift() ?? delivery(),
      moment: async () => {
        if (test.delivery.value) said.push(testWords(test.delivery.value));
      },
    });
    await test.start('chn_1');
    expect(said).toEqual(['The test is on its way.', 'It did not get through yet. It answered 500. It is tried again.']);
    expect(test.delivery.value?.outcome).toBe('delivered');
    expect(test.busy.value).toBe(false);
    expect(answers).toHaveLength(1);
  });

  it('is looked for no longer once nobody watches, and not for ever', async () => {
    let looks = 0;
    const test = new ChannelTestModel({
      send: async () => delivery(),
      read: async () => {
        looks += 1;
        if (looks === 40) test.stop();
        return delivery();
      },
      moment: async () => {},
    });
    await test.start('chn_1');
    expect(looks).toBe(30);
    looks = 39;
    await test.start('chn_1');
    expect(looks).toBe(40);
  });

  it('that cannot be sent says why', async () => {
    const test = new ChannelTestModel({
      send: () => Promise.reject(new Error('This channel is switched off; switch it on to try it.')),
      read: async () => delivery(),
      moment: async () => {},
    });
    await test.start('chn_1');
    expect(test.failure.value?.message).toContain('switched off');
  });
});
