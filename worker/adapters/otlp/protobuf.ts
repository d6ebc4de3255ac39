import { PbfReader } from 'pbf';
import { logName } from './json.ts';
import type { Attributes, LogRecord, MetricPoint, Span, UnixNano } from './records.ts';

/**
 * OTLP's protobuf messages (opentelemetry-proto 1.9), of which only the fields that we use are read; the numbers are theirs. Written
 * by hand, because a Worker may not make code at run time.
 */
export function logsFromProtobuf(bytes: Uint8Array): LogRecord[] {
  return exported(bytes, (pbf, resource, logs: LogRecord[]) => {
    const log = { attributes: new Map() as Attributes, time: '0', observed: '0', body: '', eventName: '' };
    pbf.readMessage((field) => {
      if (field === 1) log.time = nano(pbf);
      else if (field === 11) log.observed = nano(pbf);
      else if (field === 5) log.body = String(scalar(pbf) ?? '');
      else if (field === 6) attribute(pbf, log.attributes);
      else if (field === 12) log.eventName = pbf.readString();
    }, log);
    const { attributes, time, observed, body, eventName } = log;
    const timeUnixNano = time === '0' ? observed : time;
    logs.push({ resource, attributes, name: logName(attributes, eventName, body), timeUnixNano });
  });
}

export function metricsFromProtobuf(bytes: Uint8Array): MetricPoint[] {
  return exported(bytes, (pbf, resource, points: MetricPoint[]) => {
    const metric = { name: '', temporality: 0, points: [] as { attributes: Attributes; time: UnixNano; value: number }[] };
    pbf.readMessage((field) => {
      if (field === 1) metric.name = pbf.readString();
      else if (field === 7) {
        pbf.readMessage((sumField) => {
          if (sumField === 1) metric.points.push(point(pbf));
          else if (sumField === 2) metric.temporality = pbf.readVarint();
        }, metric);
      }
    }, metric);
    const isDelta = metric.temporality === 1;
    for (const { attributes, time, value } of metric.points)
      points.push({ resource, attributes, name: metric.name, timeUnixNano: time, value, isDelta });
  });
}

export function spansFromProtobuf(bytes: Uint8Array): Span[] {
  return exported(bytes, (pbf, resource, spans: Span[]) => {
    const attributes: Attributes = new Map();
    const span: Span = { resource, attributes, name: '', spanId: '', startTimeUnixNano: '0', timeUnixNano: '0' };
    pbf.readMessage((field) => {
      if (field === 2) span.spanId = pbf.readBytes().reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '');
      else if (field === 5) span.name = pbf.readString();
      else if (field === 7) span.startTimeUnixNano = nano(pbf);
      else if (field === 8) span.timeUnixNano = nano(pbf);
      else if (field === 9) attribute(pbf, attributes);
    }, span);
    spans.push(span);
  });
}

/**
 * All three exports nest alike: request 1 → resource group (1 resource, 2 scope groups) → scope group 2 → item. The resource may come
 * after its items, so it is handed on as a map that is filled by then. Throws on bytes that are no such message.
 */
function exported<T>(bytes: Uint8Array, readItem: (pbf: PbfReader, resource: Attributes, items: T[]) => void): T[] {
  const pbf = new PbfReader(bytes);
  const items: T[] = [];
  pbf.readFields((field) => {
    if (field !== 1) return;
    const resource: Attributes = new Map();
    pbf.readMessage((groupField) => {
      if (groupField === 1) pbf.readMessage((resourceField) => resourceField === 1 && attribute(pbf, resource), resource);
      if (groupField === 2) pbf.readMessage((scopeField) => scopeField === 2 && readItem(pbf, resource, items), resource);
    }, resource);
  }, items);
  // The reader runs past the end of a message that was cut off, without a word.
  if (pbf.pos !== pbf.length) throw new RangeError('The message ends before its last field does.');
  return items;
}

function point(pbf: PbfReader) {
  const read = { attributes: new Map() as Attributes, time: '0', value: 0 };
  return pbf.readMessage((field, at) => {
    if (field === 7) attribute(pbf, at.attributes);
    else if (field === 3) at.time = nano(pbf);
    else if (field === 4) at.value = pbf.readDouble();
    else if (field === 6) at.value = pbf.readSFixed64();
  }, read);
}

function attribute(pbf: PbfReader, into: Attributes): void {
  const pair: { key: string; value?: string | number | boolean } = { key: '' };
  pbf.readMessage((field) => {
    if (field === 1) pair.key = pbf.readString();
    else if (field === 2) pair.value = scalar(pbf);
  }, pair);
  if (pair.value !== undefined) into.set(pair.key, pair.value);
}

function scalar(pbf: PbfReader): string | number | boolean | undefined {
  const any: { value?: string | number | boolean } = {};
  pbf.readMessage((field) => {
    if (field === 1) any.value = pbf.readString();
    else if (field === 2) any.value = pbf.readBoolean();
    else if (field === 3) any.value = pbf.readVarint(true);
    else if (field === 4) any.value = pbf.readDouble();
  }, any);
  return any.value;
}

/** A fixed64 as its two halves, because the reader's own number would round it. */
function nano(pbf: PbfReader): UnixNano {
  const low = BigInt(pbf.readFixed32());
  return String((BigInt(pbf.readFixed32()) << 32n) | low);
}
