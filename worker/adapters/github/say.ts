import { limits } from '../../../wire/limits.ts';
import { type CodeHost, callHost, hostSaid, keepComment, type Said, type SendToCodeHost } from '../code-host.ts';
import type { SenderPorts, Sent } from '../sender.ts';

/** GitHub's clock may go a little before ours. */
const clockSkewMs = 60_000;

const headersOf = ({ accessToken }: CodeHost) => ({
  accept: 'application/vnd.github+json',
  authorization: `Bearer ${accessToken}`,
  'x-github-api-version': '2022-11-28',
});

/**
 * Says something about a session on GitHub: one comment that is edited (https://docs.github.com/en/rest/issues/comments), or the status of
 * a commit.
 */
export const sayOnGitHub: SendToCodeHost = async (ports, host, said, attempt) => {
  if (said.what === 'status') return setStatus(ports, host, said);
  const { repository, subject } = said.place;
  const comments = `/repos/${repository}/issues/${subject.number}/comments`;
  const since = encodeURIComponent(new Date(attempt.firstAtMs - clockSkewMs).toISOString());
  const call = (method: 'GET' | 'POST' | 'PATCH', path: string) =>
    callHost(ports, host, method, path, headersOf(host), method === 'GET' ? undefined : { body: said.text });
  return keepComment(ports, said.mark, attempt, {
    make: () => call('POST', comments),
    edit: (id) => call('PATCH', `/repos/${repository}/issues/comments/${id}`),
    // The oldest first, of those that were made or changed since then.
    list: (page) => call('GET', `${comments}?per_page=${limits.commentsPerPage}&page=${page}&since=${since}`),
  });
};

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
