import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { SessionEvent } from '../../wire/event.ts';
import type { Frame } from '../../wire/frame.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { recordedHooks } from './recorded.ts';
import { url } from './server.ts';

const folder = new URL('../fixtures/agents/claude-code', import.meta.url);
const names = readdirSync(folder).flatMap((file) => /^_sequence\.(\w+)\.json$/.exec(file)?.[1] ?? []);

describe('every recorded Claude Code session, posted in order', () => {
  it('is answered, and seen exactly once by whoever opens it at any moment', async () => {
    const account = await signUp(url, person('recorded'));
    const token = await account.ingestToken('recorded');
    const tookMs: number[] = [];
    for (const name of names) {
      const externalId = `recorded-${name}`;
      const hooks = recordedHooks(name, externalId);
      const tails: ReturnType<typeof tail>[] = [];
      let sessionId: string | undefined;
      for (const hook of hooks) {
        const startedMs = performance.now();
        await postHook(url, token, '/hooks/claude-code', hook);
        tookMs.push(performance.now() - startedMs);
        sessionId ??= (await account.sessions()).find((session) => session.externalId === externalId)?.id;
        if (sessionId) tails.push(tail(account, sessionId));
      }
      const id = sessionId ?? (await eventually(() => found(account, externalId)));
      tails.push(tail(account, id));
      const events = await account.events(id);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      for (const { upTo } of tails)
        expect((await upTo(events.length)).map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
      expect(calls(events), name).toEqual(callsIn(hooks));
    }
    tookMs.sort((a, b) => a - b);
    const at = (part: number) => tookMs[Math.floor((tookMs.length - 1) * part)] ?? 0;
    console.log(
      `${tookMs.length} hooks of ${names.length} sessions: median ${at(0.5).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms`,
    );
  });
});

const found = async (account: Account, externalId: string) =>
  (await account.sessions()).find((session) => session.externalId === externalId)?.id;

/** A spectator from the first event on. */
function tail(account: Account, sessionId: string) {
  const seen: SessionEvent[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let done: () => void = () => undefined;
  const socket = account.socket(`/api/sessions/${sessionId}/live?after=0`);
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as Frame;
    if (frame.type === 'events') seen.push(...frame.events);
    if (seen.length >= wanted) done();
  };
  return {
    upTo: async (count: number) => {
      wanted = count;
      if (seen.length < count) await new Promise<void>((resolve) => (done = resolve));
      socket.close();
      return seen;
    },
  };
}

/** How each tool call ended, by what we stored. */
function calls(events: SessionEvent[]): Record<string, string> {
  const ends = events.filter(({ type }) => type === 'tool.finished' || type === 'tool.failed');
  return Object.fromEntries(ends.map(({ toolUseId, type }) => [toolUseId, type]));
}

/** How each tool call ended, by what the client sent: a call that only a batch hook tells of was not run. */
function callsIn(hooks: Record<string, unknown>[]): Record<string, string> {
  const ended: Record<string, string> = {};
  const open = new Set<string>();
  for (const hook of hooks) {
    if (hook.hook_event_name === 'PreToolUse') open.add(String(hook.tool_use_id));
    // Esc is told by no hook: what is open at the session's end was interrupted.
    if (hook.hook_event_name === 'SessionEnd') for (const id of open) ended[id] ??= 'tool.failed';
    if (hook.hook_event_name === 'PostToolUse') ended[String(hook.tool_use_id)] = 'tool.finished';
    if (hook.hook_event_name === 'PostToolUseFailure') ended[String(hook.tool_use_id)] = 'tool.failed';
    if (hook.hook_event_name !== 'PostToolBatch') continue;
    for (const { tool_use_id } of hook.tool_calls as { tool_use_id: string }[]) ended[tool_use_id] ??= 'tool.failed';
  }
  return ended;
}
