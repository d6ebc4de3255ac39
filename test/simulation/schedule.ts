import fc from 'fast-check';
import { type Weather, weathers } from './weather.ts';

/** Hooks that the simulated Claude Code fires; the fleet fills them in so that they make sense. */
const hookNames = [
  'SessionStart',
  'UserPromptSubmit',
  'MessageDisplay',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Notification',
  'PermissionRequest',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'StopFailure',
  'SessionEnd',
  'InstructionsLoaded',
] as const;
export type HookName = (typeof hookNames)[number];

/** What a client of `/hooks/events` or a telemetry exporter has to tell. */
export const kinds = ['message', 'call', 'return', 'usage', 'unpriced', 'prompt', 'told', 'end', 'bare'] as const;
export type Kind = (typeof kinds)[number];

/** Clients that retry: two number their events in a stream, one gives ids, two export telemetry. */
const clientCount = 5;

/** What happens between the platform and an RPC whose answer got lost: the call is repeated with the same post id. */
export type Mishap = 'none' | 'repeated' | 'evicted and repeated' | 'evicted, woken by its alarm and repeated';
const mishaps: Mishap[] = ['none', 'repeated', 'evicted and repeated', 'evicted, woken by its alarm and repeated'];

export type Step =
  | { type: 'hook'; name: HookName; isInside: boolean; words: number; mishap: Mishap }
  /** A keyed hook comes again, as from a spool: another post, the same event. */
  | { type: 'again'; pick: number }
  /** A client has something new to tell, and sends it now or loses it on the way. */
  | { type: 'tell'; client: number; kinds: Kind[]; words: number; isSent: boolean; mishap: Mishap }
  /** A client sends a stretch of what it ever had to tell, turned round. */
  | { type: 'resend'; client: number; from: number; count: number; turn: number }
  | { type: 'edit'; title: boolean; words: number }
  | { type: 'control'; action: 'pause' | 'resume' | 'stop' }
  /** A limit of the session's own, in micro-dollars; null takes it away. */
  | { type: 'budget'; limitMicroUsd: number | null }
  | { type: 'refuse' }
  | { type: 'evict' }
  | { type: 'wait'; ms: number }
  /** The alarm runs when it is due; `early` even before, `twice` as often as the platform likes. */
  | { type: 'alarm'; early: boolean; twice: boolean }
  /** The next alarm runs and the room is evicted in the middle of it: what it sent arrives whenever it likes. */
  | { type: 'strand'; service: 'd1' | 'r2' }
  | { type: 'weather'; service: 'd1' | 'r2'; weather: Weather }
  | { type: 'settle'; service: 'd1' | 'r2'; pick: number; isDone: boolean; isAnswered: boolean }
  | { type: 'connect'; spectator: number }
  | { type: 'receive'; spectator: number; frames: number }
  | { type: 'drop'; spectator: number }
  | { type: 'audience'; listens: boolean }
  /** Fair weather, and every alarm until the room has nothing left to do: it is archived. */
  | { type: 'rest' };

export interface Schedule {
  agent: 'claude-code' | 'tester';
  steps: Step[];
  /** How the story ends: the session is archived, or deleted in whatever state it is. */
  ending: 'rest' | 'remove';
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const waits = [1, 400, 600, 2 * second, 5 * second, 10 * second, minute, 6 * minute, 31 * minute, hour, 25 * hour];
/** Clocks go back, too. */
const jumps = [-2 * second, -minute, -2 * hour];

const small = fc.nat({ max: 1000 });
const mishap = fc.constantFrom<Mishap>('none', 'none', 'none', ...mishaps);
const service = fc.constantFrom('d1' as const, 'r2' as const);
const client = fc.nat({ max: clientCount - 1 });
const spectator = fc.nat({ max: 1 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      type: fc.constant('hook' as const),
      name: fc.constantFrom(...hookNames, 'PreToolUse' as const, 'PostToolUse' as const, 'UserPromptSubmit' as const),
      isInside: fc.boolean(),
      words: small,
      mishap,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('again' as const), pick: small }) },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constant('tell' as const),
      client,
      kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 }),
      words: small,
      isSent: fc.boolean(),
      mishap,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('resend' as const),
      client,
      from: small,
      count: fc.integer({ min: 1, max: 6 }),
      turn: fc.nat({ max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('edit' as const), title: fc.boolean(), words: small }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('control' as const),
      action: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const, 'stop' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('budget' as const),
      limitMicroUsd: fc.constantFrom(null, null, 0, 900, 5000, 1_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'refuse' as const }) },
  { weight: 6, arbitrary: fc.constant({ type: 'evict' as const }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(...waits, ...waits, ...jumps) }) },
  { weight: 9, arbitrary: fc.record({ type: fc.constant('alarm' as const), early: fc.boolean(), twice: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('strand' as const), service }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('weather' as const),
      service,
      weather: fc.constantFrom<Weather>('fair', 'fair', ...weathers),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('settle' as const),
      service,
      pick: small,
      isDone: fc.boolean(),
      isAnswered: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('connect' as const), spectator }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('receive' as const), spectator, frames: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('drop' as const), spectator }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('audience' as const), listens: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ type: 'rest' as const }) },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  agent: fc.constantFrom('claude-code' as const, 'tester' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 45, size: 'max' }),
  ending: fc.constantFrom('rest' as const, 'rest' as const, 'rest' as const, 'remove' as const),
});
