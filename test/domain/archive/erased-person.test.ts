import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../wire/event.ts';
import { type ErasedPerson, eventsWithout, without } from '../../../worker/domain/archive/erased-person.ts';

const person: ErasedPerson = { userId: 'usr_may', name: 'May', email: 'may@example.com', pseudonym: 'ers_1' };
const them = { userId: person.userId, name: person.name };
const erased = { userId: 'ers_1', name: 'Erased person' };

const event = (more: Partial<SessionEvent>): SessionEvent => ({
  ...{ seq: 1, id: 'evt_1', type: 'control', at: '2026-11-27T00:00:00.000Z', receivedAt: '2026-11-27T00:00:00.000Z' },
  ...more,
});
const unnamed = (one: SessionEvent): SessionEvent => JSON.parse(eventsWithout(JSON.stringify(one), person) ?? 'null');

describe('an event without a person', () => {
  it('names another in their place, in what they did and in our words about it', () => {
    expect(unnamed(event({ control: { action: 'resumed', by: them }, text: 'resumed by May' }))).toMatchObject({
      control: { by: erased },
      text: 'resumed by Erased person',
    });
    const refused = { because: 'paused' as const, reason: 'Paused by May in Flightdeck.', what: 'paused by May', by: them };
    expect(unnamed(event({ type: 'tool.started', refused }))).toMatchObject({
      refused: { reason: 'Paused by Erased person in Flightdeck.', what: 'paused by Erased person', by: erased },
    });
    const denied = { action: 'approval_denied' as const, by: them, note: 'ask May first' };
    expect(unnamed(event({ control: denied, text: 'Denied by May in Flightdeck: ask May first' }))).toMatchObject({
      control: { note: 'ask Erased person first' },
      text: 'Denied by Erased person in Flightdeck: ask Erased person first',
    });
  });

  it('keeps the name where it is a word or a part of one, in what others wrote', () => {
    for (const text of ['You May not', 'Mayor', 'May'])
      expect(eventsWithout(JSON.stringify(event({ type: 'prompt', text })), person)).toBeUndefined();
    expect(unnamed(event({ control: { action: 'message_sent', by: them }, text: 'Mayor, May!' }))?.text).toBe(
      'Mayor, Erased person!',
    );
  });

  it('keeps what a session is called', () => {
    const renamed = event({ control: { action: 'renamed', title: 'in May', by: them }, text: 'renamed to “in May”' });
    expect(unnamed(renamed)).toMatchObject({ control: { title: 'in May', by: erased }, text: 'renamed to “in May”' });
  });

  it('takes what agents repeat of our words, and their id wherever it is', () => {
    const output = { said: ['Stopped by May in Flightdeck. Stop here.', 'owner=usr_may;'] };
    expect(unnamed(event({ type: 'tool.finished', output })).output).toEqual({
      said: ['Stopped by Erased person in Flightdeck. Stop here.', 'owner=ers_1;'],
    });
  });

  it('whose name is written like a pattern, or with quotes, is taken like any other', () => {
    for (const name of ['a.*(b)[c', 'Zoë “Z” O\'Hara "the \\ great"', '$&', 'Ann-Kathrin']) {
      const odd = { ...person, name };
      const text = `Stopped by ${name} in Flightdeck. Stop here.`;
      const named = event({ control: { action: 'stopped', by: { ...them, name } }, text });
      const one: SessionEvent = JSON.parse(eventsWithout(JSON.stringify(named), odd) ?? 'null');
      expect([one.text, one.control?.by]).toEqual(['Stopped by Erased person in Flightdeck. Stop here.', erased]);
    }
  });

  it('is any other JSON value as it was, and changes no more the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        // As it comes from a log: what generates values knows a -0, and JSON does not.
        const read: unknown = JSON.parse(JSON.stringify(one));
        expect(without(read, person)).toEqual(read);
        const named = event({ type: 'other', data: { one, by: them, other, said: 'by May in Flightdeck' } });
        const once = JSON.stringify(unnamed(named));
        expect(once).not.toContain(person.userId);
        expect(eventsWithout(once, person)).toBeUndefined();
      }),
    );
  });
});
