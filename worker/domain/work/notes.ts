import type { SessionRequest } from '../../../wire/work.ts';
import { type Draft, noteDraft } from '../draft.ts';
import { redactDraft } from '../redact.ts';

/** The first event of a session that somebody asked for, before its agent says a word. */
export function requestedDraft({ id, source, repository, ref, title, requestedBy }: SessionRequest): Draft {
  const note = noteDraft(
    { action: 'requested', by: requestedBy, request: { id, source, repository, ref } },
    `${requestedBy.name} asked for this session`,
  );
  return redactDraft({ ...note, key: `request:${id}`, facts: { title } });
}
