import { readdirSync, readFileSync } from 'node:fs';
import type { NativeAgent } from '../../../wire/agent.ts';

const folder = new URL('../../fixtures/agents/', import.meta.url);

/** A recorded hook body, as the agent sent it. */
export function recorded(agent: NativeAgent, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${agent}/${name}.json`, folder), 'utf8'));
}

/** Every recorded single hook of an agent, without the sequences, results and telemetry beside them. */
export function recordedHooks(agent: NativeAgent): string[] {
  return readdirSync(new URL(agent, folder))
    .filter((file) => file.endsWith('.json') && !file.startsWith('_'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** Every recorded whole session of an agent: the bodies in the order of their arrival. */
export function recordedSequences(agent: NativeAgent): { name: string; bodies: unknown[] }[] {
  return readdirSync(new URL(agent, folder))
    .filter((file) => file.startsWith('_sequence.'))
    .map((file) => {
      const requests: { body: unknown }[] = JSON.parse(readFileSync(new URL(`${agent}/${file}`, folder), 'utf8'));
      return { name: file.slice('_sequence.'.length, -'.json'.length), bodies: requests.map((request) => request.body) };
    });
}

/** The texts in a JSON value that say something. */
export function leaves(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
