import { computed, createModel, signal } from '@preact/signals';
import type { NewPushDevice, PushAnswer, PushDevice } from '../../../wire/push.ts';
import { asError } from '../as-error.ts';

export interface PushDevicePorts {
  isSupported(): boolean;
  isBlocked(): boolean;
  current(): Promise<NewPushDevice | null>;
  subscribe(publicKey: string): Promise<NewPushDevice | null>;
  unsubscribe(): Promise<void>;
  read(): Promise<PushAnswer>;
  add(device: NewPushDevice): Promise<PushDevice>;
  remove(id: string): Promise<void>;
}

/** `unsupported` and `blocked` are the browser's; on and off are about this browser. */
export type PushState = 'loading' | 'unsupported' | 'blocked' | 'off' | 'on';

/** Whether this browser shows notifications, and which other ones of the same person do. */
export const PushDeviceModel = createModel((ports: PushDevicePorts) => {
  const devices = signal<readonly PushDevice[]>([]);
  const own = signal<string | null>(null);
  const loaded = signal(false);
  const blocked = signal(false);
  const busy = signal(false);
  const failure = signal<Error | null>(null);
  let publicKey = '';

  const attempt = async (act: () => Promise<void>) => {
    if (busy.peek()) return;
    busy.value = true;
    failure.value = null;
    try {
      await act();
    } catch (error) {
      failure.value = asError(error);
    } finally {
      busy.value = false;
    }
  };
  const know = (device: PushDevice) => {
    own.value = device.id;
    devices.value = [...devices.peek().filter(({ id }) => id !== device.id), device];
  };

  return {
    devices: computed(() => devices.value),
    own: computed(() => own.value),
    busy: computed(() => busy.value),
    failure: computed(() => failure.value),
    state: computed((): PushState => {
      if (!ports.isSupported()) return 'unsupported';
      if (blocked.value) return 'blocked';
      if (!loaded.value) return 'loading';
      return own.value === null ? 'off' : 'on';
    }),
    load: () =>
      attempt(async () => {
        const answer = await ports.read();
        publicKey = answer.publicKey;
        devices.value = answer.devices;
        if (ports.isSupported()) {
          blocked.value = ports.isBlocked();
          const subscribed = await ports.current();
          // A browser may have changed where it is reached; telling it again is no second device.
          if (subscribed && answer.devices.length > 0) know(await ports.add(subscribed));
        }
        loaded.value = true;
      }),
    turnOn: () =>
      attempt(async () => {
        const subscribed = await ports.subscribe(publicKey);
        blocked.value = ports.isBlocked();
        if (subscribed) know(await ports.add(subscribed));
      }),
    /** Of this browser, or another one. */
    turnOff: (id: string) =>
      attempt(async () => {
        await ports.remove(id);
        devices.value = devices.peek().filter((device) => device.id !== id);
        if (own.peek() !== id) return;
        own.value = null;
        await ports.unsubscribe();
      }),
  };
});
