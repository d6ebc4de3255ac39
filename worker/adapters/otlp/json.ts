import type { Attributes, LogRecord, MetricPoint, Span, UnixNano } from './records.ts';

/**
 * OTLP/JSON (OpenTelemetry Protocol 1.9, "JSON Protobuf Encoding"): lowerCamelCase names, 64-bit integers as text or number.
 * What has another shape than it says is passed over; a telemetry export is never worth an error that makes it come again.
 */
export function logsFromJson(body: unknown): LogRecord[] {
  return under(body, 'resourceLogs', 'scopeLogs', 'logRecords').map(({ resource, item }) => {
    const attributes = attributesOf(item.attributes);
    const time = nano(item.timeUnixNano);
    return {
      resource,
      attributes,
      name: logName(attributes, item.eventName, record(item.body).stringValue),
      timeUnixNano: time === '0' ? nano(item.observedTimeUnixNano) : time,
    };
  });
}

export function metricsFromJson(body: unknown): MetricPoint[] {
  return under(body, 'resourceMetrics', 'scopeMetrics', 'metrics').flatMap(({ resource, item }) => {
    const sum = record(item.sum);
    const isDelta = sum.aggregationTemporality === 1 || sum.aggregationTemporality === 'AGGREGATION_TEMPORALITY_DELTA';
    return records(sum.dataPoints).map((point) => ({
      resource,
      attributes: attributesOf(point.attributes),
      name: text(item.name),
      timeUnixNano: nano(point.timeUnixNano),
      value: Number(point.asDouble ?? point.asInt ?? 0),
      isDelta,
    }));
  });
}

export function spansFromJson(body: unknown): Span[] {
  return under(body, 'resourceSpans', 'scopeSpans', 'spans').map(({ resource, item }) => ({
    resource,
    attributes: attributesOf(item.attributes),
    name: text(item.name),
    spanId: text(item.spanId).toLowerCase(),
    startTimeUnixNano: nano(item.startTimeUnixNano),
    timeUnixNano: nano(item.endTimeUnixNano),
  }));
}

/** The name of a log: the attribute that agents set, then the field made for it, then what its body says. */
export function logName(attributes: Attributes, eventName: unknown, bodyText: unknown): string {
  const attribute = attributes.get('event.name');
  const body = text(bodyText);
  // Claude Code names the event without its own name in front, and says the whole in the body.
  if (typeof attribute === 'string') return body.endsWith(`.${attribute}`) ? body : attribute;
  return text(eventName) || body;
}

function under(body: unknown, resources: string, scopes: string, items: string) {
  return records(record(body)[resources]).flatMap((group) => {
    const resource = attributesOf(record(group.resource).attributes);
    return records(group[scopes]).flatMap((scope) => records(scope[items]).map((item) => ({ resource, item })));
  });
}

function attributesOf(value: unknown): Attributes {
  const attributes: Attributes = new Map();
  for (const { key, value: any } of records(value)) {
    const { stringValue, intValue, doubleValue, boolValue } = record(any);
    const scalar = stringValue ?? (typeof intValue === 'string' ? Number(intValue) : intValue) ?? doubleValue ?? boolValue;
    if (typeof key !== 'string') continue;
    if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean') attributes.set(key, scalar);
  }
  return attributes;
}

function nano(value: unknown): UnixNano {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? String(BigInt(value)) : '0';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function record(value: unknown): Record<string, unknown> {
  // What is no object has no fields, and reading them gives undefined.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
