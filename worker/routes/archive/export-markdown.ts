import type { ExportedSummary } from '../../../wire/export.ts';
import { markdownHead, markdownOf } from '../../domain/archive/markdown.ts';
import type { Env } from '../../env.ts';
import { sessionEvents } from './session-events.ts';

/** Sessions as one Markdown document, as it is read. */
export async function* exportMarkdown(
  env: Env,
  organizationId: string,
  sessions: readonly ExportedSummary[],
): AsyncGenerator<string> {
  let rule = '';
  for (const session of sessions) {
    yield rule + markdownHead(session);
    for await (const events of sessionEvents(env, organizationId, session)) yield events.map(markdownOf).join('');
    rule = '\n---\n\n';
  }
}
