import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { type OtlpRead, type OtlpSignal, readOtlp } from '../../../worker/adapters/otlp/index.ts';
import { encodeOtlp } from './protobuf-encoder.ts';

const recordings: [agent: string, signal: OtlpSignal, file: string][] = [
  ['claude-code', 'logs', 'claude-code/_otlp-logs.json'],
  ['claude-code', 'metrics', 'claude-code/_otlp-metrics.json'],
  ['claude-code', 'traces', 'claude-code/_otlp-traces.full.json'],
  ['codex', 'logs', 'codex/_otlp-logs.json'],
  ['gemini-cli', 'logs', 'gemini-cli/_otlp-logs.json'],
];

/** The recorded exports of one file: some hold one, some a list of them. */
function recorded(file: string): Record<string, unknown>[] {
  return [JSON.parse(readFileSync(new URL(`../../fixtures/agents/${file}`, import.meta.url), 'utf8'))].flat();
}

const asJson = (signal: OtlpSignal, body: unknown, contentEncoding = ''): OtlpRead => {
  const plain = new TextEncoder().encode(JSON.stringify(body));
  const bytes = contentEncoding === 'gzip' ? gzipSync(plain) : plain;
  return readOtlp(signal, { contentType: 'application/json', contentEncoding, bytes });
};
const asProtobuf = (signal: OtlpSignal, body: Record<string, unknown>): OtlpRead =>
  readOtlp(signal, { contentType: 'application/x-protobuf', contentEncoding: '', bytes: encodeOtlp(signal, body) });

function drafts(read: OtlpRead) {
  if (!read.ok) throw new Error(read.message);
  return read.sessions.flatMap((session) => session.drafts);
}

/** One log record of a made-up service. */
function log(attributes: Record<string, string | number>, record: object = {}, service = 'my Agent') {
  const pairs = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return {
    resourceLogs: [
      { resource, scopeLogs: [{ logRecords: [{ timeUnixNano: '1795222053302000000', attributes: pairs, ...record }] }] },
    ],
  };
}

describe('recorded telemetry', () => {
  it.each(recordings)('of %s, %s, says the same in JSON, in gzip and in protobuf', (_, signal, file) => {
    for (const body of recorded(file)) {
      const read = asJson(signal, body);
      expect(read).toMatchObject({ ok: true });
      expect(asJson(signal, body, 'gzip')).toEqual(read);
      expect(asProtobuf(signal, body)).toEqual(read);
    }
  });

  it('of Claude Code’s logs is one usage for each model call, at the cost that it reports itself', () => {
    const read = recorded('claude-code/_otlp-logs.json').map((body) => asJson('logs', body));
    expect(read).toMatchObject([
      { ok: true, sessions: [{ agent: 'claude-code', externalId: '2d79a682-3c2c-4ea7-b974-aac021529716' }] },
    ]);
    const usages = read.flatMap(drafts);
    expect(usages).toHaveLength(2);
    expect(usages[0]).toEqual({
      type: 'usage',
      hook: 'claude_code.api_request',
      key: 'usage:req_fake000001',
      at: '2026-11-21T00:47:33.302Z',
      durationMs: 57,
      usage: {
        input: 12,
        output: 45,
        cacheRead: 15000,
        cacheWrite: 3000,
        model: 'claude-opus-5-5',
        requestId: 'req_fake000001',
        durationMs: 57,
      },
      usageSource: 'logs',
      costMicroUsd: 18948,
      promptId: '7177bf0c-6709-4e65-abef-18e1a97cc73e',
      facts: { model: 'claude-opus-5-5' },
      data: { speed: 'normal', query_source: 'sdk', effort: 'medium', ttft_ms: 20 },
    });
    expect(usages.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0)).toBe(37896);
  });

  it('of Claude Code’s metrics is one usage for an interval, with its cost', () => {
    const usages = recorded('claude-code/_otlp-metrics.json').flatMap((body) => drafts(asJson('metrics', body)));
    expect(usages).toMatchObject([
      {
        usage: { input: 24, output: 90, cacheRead: 30000, cacheWrite: 6000, model: 'claude-opus-5-5' },
        usageSource: 'metrics',
        costMicroUsd: 37896,
        key: 'metrics:1795222053380000000:claude-opus-5-5:main::medium:',
      },
    ]);
  });

  it('of Claude Code’s traces is one usage for each model call, keyed by its span', () => {
    const usages = recorded('claude-code/_otlp-traces.full.json').flatMap((body) => drafts(asJson('traces', body)));
    expect(usages).toMatchObject([
      {
        key: 'span:600a0a88db4f4c5d',
        usageSource: 'traces',
        usage: { input: 12, output: 45, cacheRead: 15000, cacheWrite: 3000 },
      },
      { key: 'span:38bc4f3d4fe27231' },
    ]);
  });

  it('of Codex counts each response once, without what was cached in its input', () => {
    const usages = recorded('codex/_otlp-logs.json').flatMap((body) => drafts(asJson('logs', body)));
    expect(usages).toMatchObject([
      {
        usage: { input: 200, output: 50, cacheRead: 1000, cacheWrite: 0, model: 'gpt-5.2-codex' },
        at: '2026-11-21T00:48:33.060Z',
      },
      { usage: { input: 200, output: 50 } },
    ]);
    expect(usages.every((usage) => usage.costMicroUsd === undefined)).toBe(true);
    expect(new Set(usages.map((usage) => usage.key)).size).toBe(2);
  });

  it('of Gemini CLI counts each response once, though it is told in two ways', () => {
    const read = recorded('gemini-cli/_otlp-logs.json').map((body) => asJson('logs', body));
    const usages = read.flatMap(drafts);
    expect(usages.map((draft) => draft.usage)).toMatchObject([
      { input: 200, output: 60, cacheRead: 1000, cacheWrite: 0, model: 'gemini-2.5-flash' },
      { input: 200, output: 60 },
    ]);
    expect(read[0]).toMatchObject({ sessions: [{ agent: 'gemini-cli', externalId: 'e48d3473-8aa7-4d3c-b9d5-6c86bf5556a1' }] });
  });
});

describe('a log record', () => {
  it('of a failed model call is told, with the error as text', () => {
    const body = log(
      { 'session.id': 's1', 'event.name': 'api_error', 'event.sequence': 7, status_code: 529, error: 'overloaded', attempt: 2 },
      { body: { stringValue: 'claude_code.api_error' } },
    );
    expect(drafts(asJson('logs', body))).toMatchObject([
      {
        type: 'other',
        ok: false,
        text: '529 overloaded',
        key: 'otlp:claude_code.api_error:7:1795222053302000000',
        data: { attempt: 2 },
      },
    ]);
  });

  it('of a call that Claude Code calls free has no price yet', () => {
    const body = log(
      { 'session.id': 's1', 'event.name': 'api_request', input_tokens: 5, cost_usd: 0 },
      { body: { stringValue: 'claude_code.api_request' } },
    );
    expect(drafts(asJson('logs', body))[0]?.costMicroUsd).toBeUndefined();
  });

  it('by the GenAI conventions belongs to the agent that the service names, its input without the cache', () => {
    const body = log({
      'event.name': 'gen_ai.client.inference.operation.details',
      'gen_ai.conversation.id': 'c1',
      'gen_ai.response.model': 'm',
      'gen_ai.response.id': 'r1',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 7,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.cache_creation.input_tokens': 10,
    });
    expect(asJson('logs', body)).toMatchObject({
      sessions: [
        {
          agent: 'my-agent',
          externalId: 'c1',
          drafts: [{ key: 'usage:r1', usage: { input: 30, output: 7, cacheRead: 60, cacheWrite: 10, model: 'm' } }],
        },
      ],
    });
  });

  it('without a session of its own belongs to the one that its resource names', () => {
    const body = log(
      { 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', input_token_count: 1 },
      {},
      'codex_exec',
    );
    const [group] = body.resourceLogs;
    group?.resource.attributes.push({ key: 'flightdeck.session', value: { stringValue: 'mine' } });
    expect(asJson('logs', body)).toMatchObject({ sessions: [{ agent: 'codex', externalId: 'mine' }] });
  });

  it('without any session, or about anything but a model call, is ignored and counted', () => {
    expect(asJson('logs', log({ 'event.name': 'api_request' }, { body: { stringValue: 'claude_code.api_request' } }))).toEqual({
      ok: true,
      sessions: [],
      ignored: 1,
    });
    expect(asJson('logs', log({ 'session.id': 's1', 'event.name': 'tool_result' }))).toEqual({
      ok: true,
      sessions: [],
      ignored: 1,
    });
  });
});

describe('a metric', () => {
  it('that is cumulative is ignored, because it repeats what it said before', () => {
    const [body] = recorded('claude-code/_otlp-metrics.json');
    const cumulative = JSON.parse(JSON.stringify(body).replaceAll('"aggregationTemporality":1', '"aggregationTemporality":2'));
    expect(asJson('metrics', cumulative)).toMatchObject({ ok: true, sessions: [] });
  });
});

describe('a span', () => {
  it('of an agent that sums up its calls is not counted besides them', () => {
    const span = (name: string, operation: string) => ({
      name,
      spanId: operation.length.toString(16).padStart(16, '0'),
      startTimeUnixNano: '1795222053302000000',
      endTimeUnixNano: '1795222053402000000',
      attributes: [
        { key: 'gen_ai.operation.name', value: { stringValue: operation } },
        { key: 'gen_ai.conversation.id', value: { stringValue: 'c1' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: 10 } },
      ],
    });
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span('invoke_agent', 'invoke_agent'), span('chat m', 'chat')] }] }] };
    expect(drafts(asJson('traces', body))).toMatchObject([{ hook: 'chat m', durationMs: 100, usage: { input: 10 } }]);
  });
});

describe('an export', () => {
  const json = { contentType: 'application/json', contentEncoding: '' };

  it.each([
    ['that is no JSON', { ...json, bytes: new TextEncoder().encode('{') }, 'bad_json'],
    ['of another type', { ...json, contentType: 'text/plain', bytes: new Uint8Array() }, 'unsupported_media_type'],
    ['in another compression', { ...json, contentEncoding: 'br', bytes: new Uint8Array() }, 'unsupported_media_type'],
    ['that is no gzip', { ...json, contentEncoding: 'gzip', bytes: new Uint8Array([1, 2, 3]) }, 'invalid'],
    [
      'that would inflate to a thousand times its size',
      { ...json, contentEncoding: 'gzip', bytes: gzipSync(new Uint8Array(64 << 20)) },
      'too_large',
    ],
    [
      'that is no protobuf',
      { contentType: 'application/x-protobuf', contentEncoding: '', bytes: new Uint8Array([10, 200, 1, 5]) },
      'invalid',
    ],
  ])('%s is refused', (_, body, code) => {
    expect(readOtlp('logs', body)).toMatchObject({ ok: false, code });
  });

  it('of more sessions than one may name is refused', () => {
    const all = Array.from({ length: limits.maxOtlpSessions + 1 }, (_, at) =>
      log({ 'session.id': `s${at}`, 'event.name': 'api_request' }, { body: { stringValue: 'claude_code.api_request' } }),
    );
    const body = { resourceLogs: all.flatMap(({ resourceLogs }) => resourceLogs) };
    expect(asJson('logs', body)).toMatchObject({ ok: false, code: 'too_large' });
  });

  it.each<OtlpSignal>(['logs', 'metrics', 'traces'])('of any JSON never throws (%s)', (signal) => {
    const names = [
      'resourceLogs',
      'scopeLogs',
      'logRecords',
      'resourceMetrics',
      'scopeMetrics',
      'metrics',
      'resourceSpans',
      'scopeSpans',
      'spans',
    ];
    const fields = [
      'sum',
      'dataPoints',
      'attributes',
      'key',
      'value',
      'intValue',
      'stringValue',
      'body',
      'name',
      'timeUnixNano',
      'resource',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'large' },
        fc.constantFrom(null, 1, -1, 'x', 'claude_code.api_request', '1795222053302000000', true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, ...fields), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => {
        expect(asJson(signal, body)).toMatchObject({ ok: true });
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  it.each(recordings)('of %s, %s, with broken bytes never throws', (_, signal, file) => {
    const [body] = recorded(file);
    const whole = encodeOtlp(signal, body ?? {});
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const bytes = whole.slice(0, length);
        bytes[at] = byte;
        expect(readOtlp(signal, { contentType: 'application/x-protobuf', contentEncoding: '', bytes })).toHaveProperty('ok');
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
