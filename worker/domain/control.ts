import type { Control } from '../../wire/event.ts';
import type { SessionControl } from '../../wire/session.ts';
import type { Draft } from './draft.ts';
import { leftOf } from './hold.ts';
import { dollars } from './limits/dollars.ts';
import { isEnded } from './session.ts';
import { type SessionState, spentOf } from './session-state.ts';

/** A person's order as an event (none where it is carried out already), or why it cannot be given. */
export type Order = { ok: true; draft?: Draft } | { ok: false; message: string };

type Person = NonNullable<Control['by']>;

/** Pause, resume or stop. The text is what the agent reads at its next hook. */
export function orderFor(state: SessionState, { action }: SessionControl, by: Person): Order {
  if (action === 'stop' && state.block?.because === 'stopped') return done;
  const isOutOfTime = state.block?.because === 'timed_out';
  if (isEnded(state.status) && !(action === 'resume' && isOutOfTime))
    return refuse('This session has ended; its agent starts it again by resuming it.');
  switch (action) {
    case 'pause':
      if (state.status === 'paused') return done;
      return order(
        { action: 'paused', status: 'paused', by },
        `Paused by ${by.name} in Flightdeck. Stop here and wait to be resumed.`,
      );
    case 'stop':
      return order({ action: 'stopped', status: 'cancelled', by }, `Stopped by ${by.name} in Flightdeck. Stop here.`);
    case 'resume':
      if (state.block === null) return done;
      if (leftOf(state) <= 0) return refuse('Its budget is spent: raise the budget, and it goes on.');
      return order({ action: 'resumed', status: 'running', by }, `resumed by ${by.name}`);
    default:
      return action satisfies never;
  }
}

/** A new limit in micro-dollars, null for none. One that leaves room lets a session go on that the old one held. */
export function budgetOrder(state: SessionState, limitMicroUsd: number | null, by: Person): Draft {
  const leaves = limitMicroUsd === null || limitMicroUsd > spentOf(state);
  const lifts = leaves && state.block?.because === 'budget_exceeded' && state.block.budgetId === undefined;
  const text =
    limitMicroUsd === null ? `${by.name} took the budget away` : `${by.name} set the budget to ${dollars(limitMicroUsd)}`;
  return draftOf({ action: 'budget_changed', limitMicroUsd, by, ...(lifts && { status: 'running' as const }) }, text);
}

const draftOf = (control: Control, text: string): Draft => ({ type: 'control', hook: 'flightdeck', control, text });
const order = (control: Control, text: string): Order => ({ ok: true, draft: draftOf(control, text) });
const done: Order = { ok: true };
const refuse = (message: string): Order => ({ ok: false, message });
