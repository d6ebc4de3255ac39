import { computed, createModel, signal } from '@preact/signals';
import type { Delivery } from '../../../wire/delivery.ts';
import { asError } from '../as-error.ts';
import { isOver } from './delivery-words.ts';

export interface ChannelTestPorts {
  send(channelId: string): Promise<Delivery>;
  read(deliveryId: string): Promise<Delivery>;
  /** Resolves a moment later. */
  moment(): Promise<void>;
}

/** What is looked for so often shows by itself after that: the log has it. */
const maxLooks = 30;

/** A test through one channel, followed until it is over. */
export const ChannelTestModel = createModel((ports: ChannelTestPorts) => {
  const delivery = signal<Delivery | null>(null);
  const failure = signal<Error | null>(null);
  const busy = signal(false);
  let run = 0;
  return {
    delivery: computed(() => delivery.value),
    failure: computed(() => failure.value),
    busy: computed(() => busy.value),
    async start(channelId: string) {
      run += 1;
      const mine = run;
      busy.value = true;
      delivery.value = null;
      failure.value = null;
      try {
        let known = await ports.send(channelId);
        for (let look = 0; mine === run; look++) {
          delivery.value = known;
          if (isOver(known) || look === maxLooks) break;
          await ports.moment();
          known = await ports.read(known.id);
        }
      } catch (error) {
        if (mine === run) failure.value = asError(error);
      } finally {
        if (mine === run) busy.value = false;
      }
    },
    /** Nobody looks any more. */
    stop() {
      run += 1;
      busy.value = false;
    },
  };
});
