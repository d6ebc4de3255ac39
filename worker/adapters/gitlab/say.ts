import * as z from 'zod/mini';
import type { Place } from '../../domain/work/place.ts';
import { type CodeHost, callHost, hostSaid, type Said, type SendToCodeHost } from '../code-host.ts';
import { jsonOf, type SenderPorts, type Sent } from '../sender.ts';

const Note = z.object({ id: z.int(), body: z.optional(z.nullable(z.string())) });

const states = { pending: 'running', success: 'success', failure: 'failed', error: 'canceled' } as const;

const headersOf = ({ accessToken }: CodeHost) => ({ 'private-token': accessToken });

const notesOf = ({ repositoryId, subject: { kind, number } }: Place) =>
  `/projects/${repositoryId}/${kind === 'issue' ? 'issues' : 'merge_requests'}/${number}/notes`;

/**
 * Says something about a session on GitLab: one note that is edited (https://docs.gitlab.com/api/notes/), or the status of a commit.
 * GitLab has no idempotency key: where a note may have been made, it is looked for by its mark.
 */
export const sayOnGitLab: SendToCodeHost = async (ports, host, said, attempt) => {
  if (said.what === 'status') return setStatus(ports, host, said);
  const known = attempt.memory ?? (attempt.mayHaveArrived ? await found(ports, host, said) : null);
  if (typeof known === 'object' && known !== null) return known;
  const notes = notesOf(said.place);
  const body = { body: said.text };
  const asked =
    known === null
      ? await callHost(ports, host, 'POST', notes, headersOf(host), body)
      : await callHost(ports, host, 'PUT', `${notes}/${known}`, headersOf(host), body);
  if (!asked.ok) return asked.sent;
  const sent = hostSaid(asked.answer, ports.now());
  const note = Note.safeParse(jsonOf(asked.answer.text));
  if (sent.outcome !== 'delivered' || !note.success) return sent;
  return { outcome: 'delivered', detail: known === null ? 'Commented.' : 'Edited the comment.', memory: String(note.data.id) };
};

/** The id of the note that an earlier attempt made; null where there is none. */
async function found(
  ports: SenderPorts,
  host: CodeHost,
  { place, mark }: Extract<Said, { what: 'comment' }>,
): Promise<string | null | Sent> {
  const path = `${notesOf(place)}?sort=desc&order_by=created_at&per_page=100`;
  const asked = await callHost(ports, host, 'GET', path, headersOf(host));
  if (!asked.ok) return { ...asked.sent, outcome: 'retry' };
  const sent = hostSaid(asked.answer, ports.now());
  if (sent.outcome !== 'delivered') return sent;
  const notes = z.array(Note).safeParse(jsonOf(asked.answer.text));
  if (!notes.success) return { outcome: 'retry', detail: 'GitLab’s list of notes could not be read.' };
  const ours = notes.data.find(({ body }) => body?.startsWith(mark));
  return ours ? String(ours.id) : null;
}

async function setStatus(
  ports: SenderPorts,
  host: CodeHost,
  { place, state, words, url }: Extract<Said, { what: 'status' }>,
): Promise<Sent> {
  const body = { state: states[state], name: 'flightdeck', description: words, target_url: url };
  const asked = await callHost(
    ports,
    host,
    'POST',
    `/projects/${place.repositoryId}/statuses/${place.sha}`,
    headersOf(host),
    body,
  );
  if (!asked.ok) return asked.sent;
  // It has that status already: an earlier attempt arrived.
  if (asked.answer.status === 400 && asked.answer.text.includes('Cannot transition status'))
    return { outcome: 'delivered', detail: 'The commit has this status.' };
  return hostSaid(asked.answer, ports.now());
}
