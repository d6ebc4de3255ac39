import type { Said, SendToCodeHost } from '../../adapters/code-host.ts';
import { sayOnGitHub } from '../../adapters/github/say.ts';
import { sayOnGitLab } from '../../adapters/gitlab/say.ts';
import { commentMark, commitState, commitWords, pullComment } from '../../domain/work/pull-comment.ts';
import type { Env } from '../../env.ts';
import { reception } from '../index.ts';
import type { HostAccess } from '../reception/reception.ts';
import type { Report } from '../reception/reception-threads.ts';
import type { IntegrationSender } from './integration-senders.ts';

type What = Said['what'];

/** Says what has become of a session where it was asked for, with the access of the integration that it came through. */
const sender =
  (say: SendToCodeHost, what: What, publicApi: (env: Env) => string): IntegrationSender =>
  async (env, organizationId, payload, ports, attempt) => {
    const report = payload as Report; // Ours: the reception posted it.
    const access: HostAccess | null = await reception(env, organizationId).access(report.integrationId);
    if (!access) return { outcome: 'refused', detail: 'The integration is gone, or has no access token any more.' };
    const host = { apiUrl: access.apiUrl ?? publicApi(env), accessToken: access.accessToken };
    return say(ports, host, saidOf(report, what, `${ports.publicUrl}/${organizationId}`), attempt);
  };

function saidOf({ place, session }: Report, what: What, pages: string): Said {
  const url = `${pages}/sessions/${session.id}`;
  if (what === 'comment') return { what, place, mark: commentMark(session.id), text: pullComment(session, url) };
  return { what, place, state: commitState(session), words: commitWords(session), url };
}

const gitHubApi = (env: Env) => env.GITHUB_API || 'https://api.github.com';
const gitLabApi = (env: Env) => env.GITLAB_API || 'https://gitlab.com/api/v4';

export const codeHostSenders: Record<string, IntegrationSender> = {
  'github-comment': sender(sayOnGitHub, 'comment', gitHubApi),
  'github-status': sender(sayOnGitHub, 'status', gitHubApi),
  'gitlab-comment': sender(sayOnGitLab, 'comment', gitLabApi),
  'gitlab-status': sender(sayOnGitLab, 'status', gitLabApi),
};
