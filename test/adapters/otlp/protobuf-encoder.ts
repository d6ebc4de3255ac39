import { PbfWriter } from 'pbf';

type Json = Record<string, unknown>;
type Write = (item: Json, pbf: PbfWriter) => void;

/**
 * Encodes an OTLP/JSON export as protobuf, by the field numbers of opentelemetry-proto; it knows more fields than our reader reads, so that
 * the reader has something to pass over.
 */
export function encodeOtlp(signal: 'logs' | 'metrics' | 'traces', body: Json): Uint8Array {
  const pbf = new PbfWriter();
  const [resources, scopes, items, write] = {
    logs: ['resourceLogs', 'scopeLogs', 'logRecords', writeLog] as const,
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics', writeMetric] as const,
    traces: ['resourceSpans', 'scopeSpans', 'spans', writeSpan] as const,
  }[signal];
  for (const group of list(body[resources])) {
    pbf.writeMessage(
      1,
      (of: Json, to: PbfWriter) => {
        to.writeMessage(1, (resource: Json, at: PbfWriter) => writeAttributes(1, resource.attributes, at), object(of.resource));
        for (const scope of list(of[scopes])) {
          to.writeMessage(
            2,
            (inner: Json, at: PbfWriter) => {
              at.writeMessage(
                1,
                (named: Json, into: PbfWriter) => into.writeStringField(1, String(named.name ?? '')),
                object(inner.scope),
              );
              for (const item of list(inner[items])) at.writeMessage(2, write as Write, item);
            },
            scope,
          );
        }
        to.writeStringField(3, 'https://opentelemetry.io/schemas/1.37.0');
      },
      group,
    );
  }
  return pbf.finish();
}

function writeLog(log: Json, pbf: PbfWriter): void {
  writeFixed64(1, log.timeUnixNano, pbf);
  pbf.writeVarintField(2, Number(log.severityNumber ?? 0));
  pbf.writeStringField(3, String(log.severityText ?? ''));
  if (log.body) pbf.writeMessage(5, writeValue, object(log.body));
  writeAttributes(6, log.attributes, pbf);
  pbf.writeFixed32Field(8, 1);
  pbf.writeBytesField(9, new Uint8Array(16));
  writeFixed64(11, log.observedTimeUnixNano, pbf);
  if (log.eventName) pbf.writeStringField(12, String(log.eventName));
}

function writeMetric(metric: Json, pbf: PbfWriter): void {
  pbf.writeStringField(1, String(metric.name));
  pbf.writeStringField(2, String(metric.description ?? ''));
  pbf.writeStringField(3, String(metric.unit ?? ''));
  const sum = object(metric.sum);
  pbf.writeMessage(
    7,
    (of: Json, to: PbfWriter) => {
      for (const point of list(of.dataPoints)) {
        to.writeMessage(
          1,
          (at: Json, into: PbfWriter) => {
            writeFixed64(2, at.startTimeUnixNano, into);
            writeFixed64(3, at.timeUnixNano, into);
            if (at.asDouble !== undefined) into.writeDoubleField(4, Number(at.asDouble));
            writeAttributes(7, at.attributes, into);
          },
          point,
        );
      }
      to.writeVarintField(2, Number(of.aggregationTemporality));
      to.writeBooleanField(3, true);
    },
    sum,
  );
}

function writeSpan(span: Json, pbf: PbfWriter): void {
  pbf.writeBytesField(1, hex(span.traceId));
  pbf.writeBytesField(2, hex(span.spanId));
  pbf.writeStringField(5, String(span.name));
  pbf.writeVarintField(6, Number(span.kind ?? 0));
  writeFixed64(7, span.startTimeUnixNano, pbf);
  writeFixed64(8, span.endTimeUnixNano, pbf);
  writeAttributes(9, span.attributes, pbf);
}

function writeAttributes(tag: number, attributes: unknown, pbf: PbfWriter): void {
  for (const pair of list(attributes)) {
    pbf.writeMessage(
      tag,
      (of: Json, to: PbfWriter) => {
        to.writeStringField(1, String(of.key));
        to.writeMessage(2, writeValue, object(of.value));
      },
      pair,
    );
  }
}

function writeValue(value: Json, pbf: PbfWriter): void {
  if (value.stringValue !== undefined) pbf.writeStringField(1, String(value.stringValue));
  else if (value.boolValue !== undefined) pbf.writeBooleanField(2, value.boolValue === true);
  else if (value.intValue !== undefined) pbf.writeVarintField(3, Number(value.intValue));
  else if (value.doubleValue !== undefined) pbf.writeDoubleField(4, Number(value.doubleValue));
  else if (value.arrayValue !== undefined) {
    pbf.writeMessage(
      5,
      (of: Json, to: PbfWriter) => {
        for (const item of list(of.values)) to.writeMessage(1, writeValue, item);
      },
      object(value.arrayValue),
    );
  }
}

function writeFixed64(tag: number, digits: unknown, pbf: PbfWriter): void {
  const value = BigInt(String(digits ?? 0));
  pbf.writeTag(tag, 1);
  pbf.writeFixed32(Number(value & 0xffffffffn));
  pbf.writeFixed32(Number(value >> 32n));
}

function hex(value: unknown): Uint8Array {
  return Uint8Array.from(String(value ?? '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

const object = (value: unknown): Json => (value ?? {}) as Json; // recordings are OTLP
const list = (value: unknown): Json[] => (value ?? []) as Json[]; // recordings are OTLP
