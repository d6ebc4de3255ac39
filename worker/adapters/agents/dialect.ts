import type { NativeAgent } from '../../../wire/agent.ts';
import { limits } from '../../../wire/limits.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { Draft } from '../../domain/draft.ts';
import { isRecord, type Reading } from './reading.ts';

/** What a hook's body says, or the one field that it cannot do without. `path` is empty for the body itself. */
export type DialectRead =
  | { ok: true; externalId: string; hook: string; drafts: Draft[] }
  | { ok: false; path: string; message: string };

/** How one agent speaks: its hook JSON in, its hook answer out. Both are total and keep no state. */
export interface Dialect {
  agent: NativeAgent;
  read(body: unknown): DialectRead;
  /**
   * The agent's own JSON for our verdict on that hook; `{}` lets it go on. `messages` are for its model to read, and are only given
   * with a hook that `carries` them.
   */
  answer(hook: string, verdict: Verdict, messages?: readonly string[]): object;
  /** Whether the agent's model gets to read what the answer to this hook says beside a verdict. */
  carries(hook: string): boolean;
}

/** Turns one hook into drafts; sets `reading.wrong` where a field has a type that the agent never sends. */
export type HookReader = (reading: Reading) => Draft | Draft[];

/** Reads a hook by its name. One that we do not know, or that a reader found wrong, is `other` and kept whole. */
export function readHook(body: unknown, readers: ReadonlyMap<string, HookReader>): DialectRead {
  if (!isRecord(body)) return { ok: false, path: '', message: 'A hook is a JSON object.' };
  const externalId = body.session_id;
  if (typeof externalId !== 'string' || externalId === '' || externalId.length > limits.maxExternalIdLength)
    return { ok: false, path: 'session_id', message: `Expected text of 1 to ${limits.maxExternalIdLength} characters.` };
  const name = body.hook_event_name;
  if (typeof name !== 'string' || name === '')
    return { ok: false, path: 'hook_event_name', message: 'Expected the name of the hook.' };

  const hook = name.slice(0, limits.maxNameLength);
  const reading: Reading = { body, hook, wrong: false };
  const drafts = readers.get(hook)?.(reading);
  if (drafts === undefined || reading.wrong) return { ok: true, externalId, hook, drafts: [{ type: 'other', hook, data: body }] };
  return { ok: true, externalId, hook, drafts: Array.isArray(drafts) ? drafts : [drafts] };
}
