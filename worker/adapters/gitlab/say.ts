import { limits } from '../../../wire/limits.ts';
import type { Place } from '../../domain/work/place.ts';
import { type CodeHost, callHost, hostSaid, keepComment, type Said, type SendToCodeHost } from '../code-host.ts';
import type { SenderPorts, Sent } from '../sender.ts';

const states = { pending: 'running', success: 'success', failure: 'failed', error: 'canceled' } as const;

const headersOf = ({ accessToken }: CodeHost) => ({ 'private-token': accessToken });

const notesOf = ({ repositoryId, subject: { kind, number } }: Place) =>
  `/projects/${repositoryId}/${kind === 'issue' ? 'issues' : 'merge_requests'}/${number}/notes`;

/** Says something about a session on GitLab: one note that is edited (https://docs.gitlab.com/api/notes/), or the status of a commit. */
export const sayOnGitLab: SendToCodeHost = async (ports, host, said, attempt) => {
  if (said.what === 'status') return setStatus(ports, host, said);
  const notes = notesOf(said.place);
  const call = (method: 'GET' | 'POST' | 'PUT', path: string) =>
    callHost(ports, host, method, path, headersOf(host), method === 'GET' ? undefined : { body: said.text });
  return keepComment(ports, said.mark, attempt, {
    make: () => call('POST', notes),
    edit: (id) => call('PUT', `${notes}/${id}`),
    list: (page) => call('GET', `${notes}?sort=desc&order_by=created_at&per_page=${limits.commentsPerPage}&page=${page}`),
  });
};

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
