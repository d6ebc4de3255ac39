import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { SessionEvent } from '../../../wire/event.ts';
import { canonical, strangers } from '../../../worker/domain/archive/canonical.ts';

const Thing = z.object({
  name: z.string(),
  inner: z.optional(z.nullable(z.object({ b: z.int(), a: z.int() }))),
  list: z._default(z.array(z.object({ y: z.int(), x: z.int() })), []),
  free: z.unknown(),
});

describe('a canonical value', () => {
  it('has its keys in the order of the schema, at any depth, and free values as they are', () => {
    const value = { free: { z: 1, a: 2 }, list: [{ x: 1, y: 2 }], inner: { a: 1, b: 2 }, name: 'n' };
    expect(JSON.stringify(canonical(Thing, value))).toBe(
      '{"name":"n","inner":{"b":2,"a":1},"list":[{"y":2,"x":1}],"free":{"z":1,"a":2}}',
    );
  });

  it('leaves out what is undefined, keeps null, and puts last what the schema does not know', () => {
    const value = { own: 1, inner: null, name: undefined };
    expect(JSON.stringify(canonical(Thing, value))).toBe('{"inner":null,"own":1}');
  });

  it('loses nothing of any JSON, not even a field named __proto__', () => {
    const event = fc.record({ data: fc.jsonValue(), seq: fc.integer(), control: fc.jsonValue(), id: fc.string() });
    fc.assert(
      fc.property(event, (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(JSON.stringify(canonical(SessionEvent, json)))).toEqual(json);
      }),
    );
    const odd = JSON.parse('{"seq":1,"__proto__":{"a":1},"control":{"__proto__":2,"action":"renamed"}}');
    expect(JSON.stringify(canonical(SessionEvent, odd))).toBe(
      '{"seq":1,"control":{"action":"renamed","__proto__":2},"__proto__":{"a":1}}',
    );
  });

  it('is the same whatever the order of its keys was', () => {
    const keys = Object.keys(SessionEvent.shape);
    fc.assert(
      fc.property(fc.shuffledSubarray(keys), (order) => {
        const value = Object.fromEntries(order.map((key) => [key, key]));
        const sorted = Object.fromEntries([...order].sort().map((key) => [key, key]));
        expect(JSON.stringify(canonical(SessionEvent, value))).toBe(JSON.stringify(canonical(SessionEvent, sorted)));
      }),
    );
  });
});

describe('a field that the schema does not know', () => {
  it('is named by its path; what lies in a free value is nobody’s business', () => {
    const value = { name: 'n', nome: 1, inner: { a: 1, c: 2 }, list: [{ x: 1 }, { w: 1 }], free: { anything: 1 } };
    expect([...strangers(Thing, value, 'things[0]')]).toEqual(['things[0].nome', 'things[0].inner.c', 'things[0].list[1].w']);
  });

  it('may be called like something that every object has', () => {
    expect([...strangers(Thing, JSON.parse('{"constructor":1,"__proto__":2}'), 'x')]).toEqual(['x.constructor', 'x.__proto__']);
  });
});
