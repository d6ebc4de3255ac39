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
  /** As which device this browser gets this organization's; null where they were never turned on here, or turned off. */
  remembered(): string | null;
  remember(id: string | null): void;
  /** Whether another organization's are on in this browser, which has one subscription for all. */
  isOnElsewhere(): boolean;
}

/** `unsupported` and `blocked` are the browser's; on and off are about this browser and organization. */
export type PushState = 'loading' | 'failed' | 'unsupported' | 'blocked' | 'off' | 'on';

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
    ports.remember(device.id);
    devices.value = [...devices.peek().filter(({ id }) => id !== device.id), device];
  };

  /** This browser's entry among them, told anew where it is reached; undefined where somebody turned it off, here or elsewhere. */
  const here = async (known: readonly PushDevice[]): Promise<PushDevice | undefined> => {
    const id = ports.remembered();
    if (!known.some((device) => device.id === id)) return undefined;
    const subscribed = await ports.current();
    return subscribed ? ports.add(subscribed) : undefined;
  };

  return {
    devices: computed(() => devices.value),
    own: computed(() => own.value),
    busy: computed(() => busy.value),
    failure: computed(() => failure.value),
    state: computed((): PushState => {
      if (!ports.isSupported()) return 'unsupported';
      if (blocked.value) return 'blocked';
      if (!loaded.value) return failure.value ? 'failed' : 'loading';
      return own.value === null ? 'off' : 'on';
    }),
    load: () =>
      attempt(async () => {
        const answer = await ports.read();
        publicKey = answer.publicKey;
        devices.value = answer.devices;
        if (ports.isSupported()) {
          blocked.value = ports.isBlocked();
          const device = await here(answer.devices);
          if (device) know(device);
          else ports.remember(null);
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
        ports.remember(null);
        if (!ports.isOnElsewhere()) await ports.unsubscribe();
      }),
  };
});
