import { erasedName } from '../../../wire/erasure.ts';
import type { Notification } from '../../../wire/notification.ts';
import { type ErasedPerson, tracesOf, without } from '../archive/erased-person.ts';

/** What a channel's test button sends; `who` pressed it. */
export const testNotification = (key: string, organizationId: string, who: string, nowMs: number): Notification => ({
  key: `test:${key}`,
  kind: 'test',
  severity: 'info',
  title: 'A test from Flightdeck',
  body: testBody(who),
  link: `/${organizationId}/settings/integrations`,
  dedupKey: `test:${key}`,
  at: new Date(nowMs).toISOString(),
  facts: [],
});

const testBody = (who: string): string => `${who} tried this channel out. If you can read this, it works.`;

/** Texts of which at least one is in the JSON of every payload that `payloadWithout` changes. */
export const payloadTracesOf = (person: ErasedPerson): string[] => [
  ...tracesOf(person),
  JSON.stringify(testBody(person.name)).slice(1, -1),
];

/** What was sent, without the person: their id and name, and that it was they who pressed the button. */
export function payloadWithout(payload: unknown, person: ErasedPerson): unknown {
  const after = without(payload, person);
  if (typeof after !== 'object' || after === null || Reflect.get(after, 'body') !== testBody(person.name)) return after;
  return { ...after, body: testBody(erasedName) };
}
