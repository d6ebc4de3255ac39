import fc from 'fast-check';

/** A request that was signed: its headers by lower-case name, and its body. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

const at = (length: number, place: number) => (length === 0 ? 0 : place % length);

const body = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), place: fc.nat(), bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('insert' as const), place: fc.nat(), byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('remove' as const), place: fc.nat() }),
  fc.record({ kind: fc.constant('cut' as const), place: fc.nat() }),
);
const header = fc.oneof(
  fc.record({
    kind: fc.constant('character' as const),
    place: fc.nat(),
    character: fc.constantFrom(...' \t0123456789abcdefABCDEF=,.;:-_+/v'),
  }),
  fc.record({ kind: fc.constant('shorten' as const), place: fc.nat() }),
  // No space: behind one GitLab's header names another signature, and the first stays right.
  fc.record({
    kind: fc.constant('extend' as const),
    tail: fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'0aF=,.;:-_+/v') }),
  }),
  fc.record({ kind: fc.constant('case' as const) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('replace' as const), text: fc.string({ maxLength: 80, unit: 'grapheme-ascii' }) }),
);

/** One way to change a signed request: in its body, or in one of the headers that vouch for it. */
export const mutations = fc.oneof(
  fc.record({ part: fc.constant('body' as const), change: body }),
  fc.record({ part: fc.constant('header' as const), which: fc.nat(), change: header }),
);
type Mutation = typeof mutations extends fc.Arbitrary<infer Value> ? Value : never;

/** The request with one change, or undefined where the change changes nothing. `vouching` are the headers that the signature depends on. */
export function mutated(
  { headers, body: bytes }: SignedRequest,
  vouching: readonly string[],
  mutation: Mutation,
): SignedRequest | undefined {
  if (mutation.part === 'body') {
    const changed = changedBody(bytes, mutation.change);
    return Buffer.compare(changed, bytes) === 0 ? undefined : { headers, body: changed };
  }
  const name = vouching[at(vouching.length, mutation.which)] ?? '';
  const value = headers[name] ?? '';
  const changed = changedHeader(value, mutation.change);
  const { [name]: _, ...others } = headers;
  if (changed === undefined) return { headers: others, body: bytes };
  // HTTP itself takes away the white space around a value.
  const trimmed = changed.replaceAll(/^[ \t]+|[ \t]+$/g, '');
  return trimmed === value ? undefined : { headers: { ...others, [name]: trimmed }, body: bytes };
}

function changedBody(
  bytes: Uint8Array<ArrayBuffer>,
  change: Extract<Mutation, { part: 'body' }>['change'],
): Uint8Array<ArrayBuffer> {
  const place = at(bytes.length, change.place);
  if (change.kind === 'flip') return bytes.map((byte, index) => (index === place ? byte ^ (1 << change.bit) : byte));
  if (change.kind === 'insert') return Uint8Array.from([...bytes.subarray(0, place), change.byte, ...bytes.subarray(place)]);
  if (change.kind === 'remove') return Uint8Array.from([...bytes.subarray(0, place), ...bytes.subarray(place + 1)]);
  return bytes.slice(0, place);
}

function changedHeader(value: string, change: Extract<Mutation, { part: 'header' }>['change']): string | undefined {
  if (change.kind === 'drop') return undefined;
  if (change.kind === 'replace') return change.text;
  if (change.kind === 'extend') return value + change.tail;
  if (change.kind === 'case') return value.toUpperCase();
  const place = at(value.length, change.place);
  if (change.kind === 'shorten') return value.slice(0, place);
  return value.slice(0, place) + change.character + value.slice(place + 1);
}
