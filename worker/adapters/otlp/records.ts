/** Scalar attributes by name; arrays, bytes and nested values are not read, because nothing that we use is one. */
export type Attributes = Map<string, string | number | boolean>;

/** Nanoseconds since the epoch, as digits: a number would round them, and they tell repeats apart. `'0'` is unknown. */
export type UnixNano = string;

/** What the three signals have in common, whether it came as JSON or as protobuf: one record with what it stands under. */
export interface OtlpRecord {
  resource: Attributes;
  attributes: Attributes;
  /** A log's event name, a metric's or a span's name. */
  name: string;
  timeUnixNano: UnixNano;
}

export type LogRecord = OtlpRecord;

export interface MetricPoint extends OtlpRecord {
  value: number;
  /** Only delta sums can be added up without knowing what came before. */
  isDelta: boolean;
}

export interface Span extends OtlpRecord {
  spanId: string;
  startTimeUnixNano: UnixNano;
}

/** The text of an attribute, or undefined where it is missing or empty. A number is its digits: JSON writes it either way. */
export function attributeText(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  return value === undefined || value === '' ? undefined : String(value);
}

/** A count or an amount, which exporters write as a number or as its digits; undefined where it is none or negative. */
export function attributeNumber(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name);
  if (typeof value === 'boolean' || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** A whole number of tokens, 0 where nothing is said. */
export function attributeCount(attributes: Attributes, name: string): number {
  const value = attributeNumber(attributes, name);
  return value !== undefined && Number.isSafeInteger(value) ? value : 0;
}
