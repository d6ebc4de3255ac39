/// <reference types="vite/client" />
import type { Script, Step } from './replay.ts';

interface RecordedRequest {
  ms: number;
  path: string;
  body: { session_id?: string };
}

const sequences = import.meta.glob<RecordedRequest[]>('../fixtures/agents/*/_sequence.*.json', {
  eager: true,
  import: 'default',
});
const exports = import.meta.glob<unknown>('../fixtures/agents/*/_otlp-{logs,metrics}.json', { eager: true, import: 'default' });

/** The recordings ran against a model that answers at once; real ones take seconds to think. */
const stretch = 30;
const longMs = 10_000;

/** Every recorded session as one script, its agent's recorded telemetry at its end, where the exporters' last flush comes. */
export function recordedSessions(prefix: string): Script[] {
  return Object.entries(sequences).flatMap(([file, requests]) => {
    const [, agent = '', name = ''] = /agents\/([\w-]+)\/_sequence\.(\w+)\.json$/.exec(file) ?? [];
    const hooks = requests.filter(({ body }) => body?.session_id);
    const externalIds = [...new Set(hooks.map(({ body }) => body.session_id ?? ''))];
    return externalIds.map((recorded, index) => {
      const externalId = `${prefix}-${name}-${index}`;
      const mine = hooks.filter(({ body }) => body.session_id === recorded);
      const [{ ms: startMs } = { ms: 0 }] = mine;
      const factor = (mine.at(-1)?.ms ?? 0) - startMs > longMs ? 1 : stretch;
      const steps = mine.map(
        ({ ms, body }): Step => ({
          atMs: (ms - startMs) * factor,
          path: `/hooks/${agent}`,
          body: { ...body, session_id: externalId },
        }),
      );
      const endMs = steps.at(-1)?.atMs ?? 0;
      return {
        name: `${agent} ${name} ${index + 1}`,
        agent,
        externalId,
        steps: [...steps, ...telemetry(agent, externalId, endMs)],
      };
    });
  });
}

/** The agent's recorded exports, about this session instead of the recorded one. */
function telemetry(agent: string, externalId: string, endMs: number): Step[] {
  return Object.entries(exports).flatMap(([file, bodies]) => {
    const [, owner, signal] = /agents\/([\w-]+)\/_otlp-(\w+)\.json$/.exec(file) ?? [];
    if (owner !== agent) return [];
    return ([bodies].flat() as unknown[]).map((body, index) => ({
      atMs: endMs + index * 5000,
      path: `/otlp/v1/${signal}`,
      body: JSON.parse(
        JSON.stringify(body).replaceAll(
          /("key":"(?:session|conversation)\.id","value":\{"stringValue":")[^"]+/g,
          (_, key) => `${key}${externalId}`,
        ),
      ),
    }));
  });
}
