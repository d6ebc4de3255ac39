import { computed, createModel, signal } from '@preact/signals';
import type { Alert, AlertPage } from '../../../wire/alert.ts';
import type { FeedFrame } from '../../../wire/frame.ts';
import { asError } from '../as-error.ts';

export interface AlertsPorts {
  /** A page of the open ones, the latest first. */
  open(cursor: string | undefined): Promise<AlertPage>;
  acknowledge(id: string): Promise<Alert>;
  snooze(id: string, minutes: number): Promise<Alert>;
}

/** An organization's open alerts, kept true by its feed; the badge on every page counts those that press. */
export const AlertsModel = createModel((ports: AlertsPorts) => {
  const open = signal<readonly Alert[] | null>(null);
  const pressing = signal(0);
  const failure = signal<Error | null>(null);
  let asked = 0;

  const load = async () => {
    asked += 1;
    const mine = asked;
    try {
      let page = await ports.open(undefined);
      const items = [...page.items];
      // There is an end to them: an organization has a few hundred open ones at most.
      while (page.nextCursor !== null && mine === asked) {
        page = await ports.open(page.nextCursor);
        items.push(...page.items);
      }
      // A later reading knows more, whichever arrives first.
      if (mine !== asked) return;
      open.value = items;
      pressing.value = page.pressing;
      failure.value = null;
    } catch (error) {
      if (mine === asked) failure.value = asError(error);
    }
  };
  const put = (alert: Alert) => {
    open.value = (open.peek() ?? []).map((one) => (one.id === alert.id ? alert : one));
  };

  return {
    /** Null until they are here. */
    open: computed(() => open.value),
    pressing: computed(() => pressing.value),
    /** Of the last reading; what is known stays. */
    failure: computed(() => failure.value),
    load,
    acknowledge: async (id: string) => put(await ports.acknowledge(id)),
    snooze: async (id: string, minutes: number) => put(await ports.snooze(id, minutes)),
    apply(frame: FeedFrame) {
      if (frame.type !== 'alerts') return;
      pressing.value = frame.pressing;
      load();
    },
  };
});

export type Alerts = InstanceType<typeof AlertsModel>;
