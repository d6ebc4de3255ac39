import { describe, expect, it } from 'vitest';
import { PushDeviceModel, type PushDevicePorts } from '../../../web/models/alerts/push-device.ts';
import { deviceName } from '../../../web/push.ts';
import type { NewPushDevice, PushDevice } from '../../../wire/push.ts';

const here: NewPushDevice = {
  name: 'Chrome on Android',
  endpoint: 'https://push.example.com/1',
  keys: { p256dh: 'p', auth: 'a' },
};
const phone: PushDevice = { id: 'dev_phone', name: 'Chrome on Android', createdAt: '2026-11-27T12:00:00.000Z' };
const laptop: PushDevice = { ...phone, id: 'dev_laptop', name: 'Firefox on Linux' };

/** A browser in which they were turned on for this organization. */
const turnedOn: Partial<PushDevicePorts> = {
  current: async () => here,
  remembered: () => 'dev_phone',
  read: async () => ({ publicKey: 'key', devices: [laptop, phone] }),
};

function model(overrides: Partial<PushDevicePorts> = {}) {
  const done: string[] = [];
  let remembered: string | null = null;
  const made = new PushDeviceModel({
    isSupported: () => true,
    isBlocked: () => false,
    current: async () => null,
    subscribe: async (key) => {
      done.push(`subscribe with ${key}`);
      return here;
    },
    unsubscribe: async () => {
      done.push('unsubscribe');
    },
    read: async () => ({ publicKey: 'key', devices: [laptop] }),
    add: async () => phone,
    remove: async (id) => {
      done.push(`remove ${id}`);
    },
    remembered: () => remembered,
    remember: (id) => {
      remembered = id;
    },
    isOnElsewhere: () => false,
    ...overrides,
  });
  return { made, done };
}

describe('notifications on this device', () => {
  it('are off until somebody turns them on, and end in the browser and on the server', async () => {
    const { made, done } = model();
    expect(made.state.value).toBe('loading');
    await made.load();
    expect(made.state.value).toBe('off');
    await made.turnOn();
    expect([made.state.value, made.own.value, made.devices.value]).toEqual(['on', 'dev_phone', [laptop, phone]]);
    await made.turnOff('dev_phone');
    expect([made.state.value, made.devices.value]).toEqual(['off', [laptop]]);
    expect(done).toEqual(['subscribe with key', 'remove dev_phone', 'unsubscribe']);
  });

  it('are told to the server again where the browser has them', async () => {
    const { made } = model({ ...turnedOn });
    await made.load();
    expect([made.state.value, made.own.value]).toEqual(['on', 'dev_phone']);
  });

  it('that somebody turned off from another device stay off, and so do those that were turned on for another organization', async () => {
    const remembering = model({ ...turnedOn, read: async () => ({ publicKey: 'key', devices: [laptop] }) });
    await remembering.made.load();
    expect(remembering.made.state.value).toBe('off');
    const elsewhere = model({ ...turnedOn, remembered: () => null });
    await elsewhere.made.load();
    expect(elsewhere.made.state.value).toBe('off');
  });

  it('of one organization end without those of another that are on in the same browser', async () => {
    const { made, done } = model({ ...turnedOn, isOnElsewhere: () => true });
    await made.load();
    await made.turnOff('dev_phone');
    expect([made.state.value, done]).toEqual(['off', ['remove dev_phone']]);
  });

  it('that cannot be found out about say so, and are asked for again', async () => {
    let isDown = true;
    const { made } = model({
      read: async () => {
        if (isDown) throw new Error('No connection.');
        return { publicKey: 'key', devices: [] };
      },
    });
    await made.load();
    expect([made.state.value, made.failure.value?.message]).toEqual(['failed', 'No connection.']);
    isDown = false;
    await made.load();
    expect([made.state.value, made.failure.value]).toEqual(['off', null]);
  });

  it('of another device end there, and stay here', async () => {
    const { made, done } = model({ ...turnedOn });
    await made.load();
    await made.turnOff('dev_laptop');
    expect([made.state.value, made.devices.value]).toEqual(['on', [phone]]);
    expect(done).toEqual(['remove dev_laptop']);
  });

  it('stay off where the person says no, where they are blocked and where there are none', async () => {
    const refused = model({ subscribe: async () => null });
    await refused.made.load();
    await refused.made.turnOn();
    expect(refused.made.state.value).toBe('off');
    const blocked = model({ isBlocked: () => true });
    await blocked.made.load();
    expect(blocked.made.state.value).toBe('blocked');
    expect(model({ isSupported: () => false }).made.state.value).toBe('unsupported');
  });

  it('that could not be turned on say why', async () => {
    const { made } = model({ add: () => Promise.reject(new Error('A person has at most 10 devices.')) });
    await made.load();
    await made.turnOn();
    expect(made.failure.value?.message).toContain('at most 10');
    expect(made.state.value).toBe('off');
  });
});

it('a device is called as its browser calls itself', () => {
  const android = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36';
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1';
  expect([deviceName(android), deviceName(phone), deviceName('x')]).toEqual([
    'Chrome on Android',
    'Safari on iPhone',
    'A browser',
  ]);
});
