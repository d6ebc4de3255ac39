import * as z from 'zod/mini';
import { type CodeHost, callHost, hostSaid, type Said, type SendToCodeHost } from '../code-host.ts';
import { type Attempt, jsonOf, type SenderPorts, type Sent } from '../sender.ts';

const Comment = z.object({ id: z.int(), body: z.optional(z.nullable(z.string())) });

/** GitHub's clock may go a little before ours. */
const clockSkewMs = 60_000;

const headersOf = ({ accessToken }: CodeHost) => ({
  accept: 'application/vnd.github+json',
  authorization: `Bearer ${accessToken}`,
  'x-github-api-version': '2022-11-28',
});

/**
 * Says something about a session on GitHub: one comment that is edited (https://docs.github.com/en/rest/issues/comments), or the status of
 * a commit. GitHub has no idempotency key: where a comment may have been made, it is looked for by its mark.
 */
export const sayOnGitHub: SendToCodeHost = async (ports, host, said, attempt) => {
  if (said.what === 'status') return setStatus(ports, host, said);
  const known = attempt.memory ?? (attempt.mayHaveArrived ? await found(ports, host, said, attempt) : null);
  if (typeof known === 'object' && known !== null) return known;
  const { repository, subject } = said.place;
  const body = { body: said.text };
  const asked =
    known === null
      ? await callHost(ports, host, 'POST', `/repos/${repository}/issues/${subject.number}/comments`, headersOf(host), body)
      : await callHost(ports, host, 'PATCH', `/repos/${repository}/issues/comments/${known}`, headersOf(host), body);
  if (!asked.ok) return asked.sent;
  const sent = hostSaid(asked.answer, ports.now());
  const comment = Comment.safeParse(jsonOf(asked.answer.text));
  if (sent.outcome !== 'delivered' || !comment.success) return sent;
  return { outcome: 'delivered', detail: known === null ? 'Commented.' : 'Edited the comment.', memory: String(comment.data.id) };
};

/** The id of the comment that an earlier attempt made; null where there is none. */
async function found(
  ports: SenderPorts,
  host: CodeHost,
  { place: { repository, subject }, mark }: Extract<Said, { what: 'comment' }>,
  { firstAtMs }: Attempt,
): Promise<string | null | Sent> {
  const since = encodeURIComponent(new Date(firstAtMs - clockSkewMs).toISOString());
  const path = `/repos/${repository}/issues/${subject.number}/comments?per_page=100&since=${since}`;
  const asked = await callHost(ports, host, 'GET', path, headersOf(host));
  if (!asked.ok) return { ...asked.sent, outcome: 'retry' };
  const sent = hostSaid(asked.answer, ports.now());
  if (sent.outcome !== 'delivered') return sent;
  const comments = z.array(Comment).safeParse(jsonOf(asked.answer.text));
  if (!comments.success) return { outcome: 'retry', detail: 'GitHub’s list of comments could not be read.' };
  const ours = comments.data.find(({ body }) => body?.startsWith(mark));
  return ours ? String(ours.id) : null;
}

/** A status replaces the one before it, so that it may be set again. */
async function setStatus(
  ports: SenderPorts,
  host: CodeHost,
  { place, state, words, url }: Extract<Said, { what: 'status' }>,
): Promise<Sent> {
  const body = { state, description: words.slice(0, 140), target_url: url, context: 'flightdeck' };
  const asked = await callHost(ports, host, 'POST', `/repos/${place.repository}/statuses/${place.sha}`, headersOf(host), body);
  return asked.ok ? hostSaid(asked.answer, ports.now()) : asked.sent;
}
