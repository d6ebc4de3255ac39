import { readFileSync } from 'node:fs';

interface RecordedRequest {
  body: { session_id?: string; hook_event_name?: string };
}

/** The hook bodies of a recorded Claude Code session, in order, under another session id. */
export function recordedHooks(name: string, sessionId: string): Record<string, unknown>[] {
  const text = readFileSync(new URL(`../fixtures/agents/claude-code/_sequence.${name}.json`, import.meta.url), 'utf8');
  // A recorded file of ours; the fixtures' README names its shape.
  const requests = JSON.parse(text) as RecordedRequest[];
  return requests.flatMap(({ body }) => (body.hook_event_name ? [{ ...body, session_id: sessionId }] : []));
}
