import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/root.ts';
import type { ProjectName } from './projects.ts';
import type { Step, Story } from './step.ts';

interface RecordedRequest {
  ms: number;
  body: { session_id?: string; hook_event_name?: string };
}

/**
 * A session as a real Claude Code once sent it, under a new id, with its pauses stretched to what one can follow. Its prompt was a
 * script for a fake model; `prompt` says the same in words.
 */
export function recorded(name: string, prompt: string, project: ProjectName, startsAfterMs: number): Story {
  const file = join(root, `test/fixtures/agents/claude-code/_sequence.${name}.json`);
  // A recorded file of ours; the fixtures' README names its shape.
  const requests = (JSON.parse(readFileSync(file, 'utf8')) as RecordedRequest[]).filter(({ body }) => body.hook_event_name);
  const ids = new Map<string, string>();
  const renamed = (text: string) => {
    let result = text;
    for (const [old, id] of ids) result = result.replaceAll(old, id);
    return result;
  };
  const steps = requests.map(({ ms, body }, index): Step => {
    if (body.session_id && !ids.has(body.session_id)) ids.set(body.session_id, randomUUID());
    const fresh = JSON.parse(renamed(JSON.stringify(body)));
    if (fresh.prompt !== undefined) fresh.prompt = prompt;
    const pauseMs = index === 0 ? 0 : ms - (requests[index - 1]?.ms ?? 0);
    return { waitMs: Math.min(Math.max(pauseMs, 500), 3000), path: '/hooks/claude-code', body: () => fresh };
  });
  return { title: `Recorded: ${name}`, project, startsAfterMs, steps };
}
