import type { SessionEvent } from '../../../wire/event.ts';
import { targetOf } from '../call-target.ts';
import { fromFolder } from '../path.ts';

/** The files that a session's calls changed, from its folder on, each once; those of shell commands are not known. */
export function filesIn(events: readonly SessionEvent[], cwd: string | null): string[] {
  const files = new Set<string>();
  for (const { type, tool = '', input, refused, ok } of events) {
    if (type !== 'tool.started' && type !== 'tool.finished') continue;
    if (refused || ok === false) continue;
    const { paths, touches } = targetOf(tool, input, cwd);
    for (const path of touches ? paths : []) files.add(fromFolder(path, cwd));
  }
  return [...files];
}
