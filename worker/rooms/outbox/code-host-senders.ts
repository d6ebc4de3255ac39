import type { Said, SendToCodeHost } from '../../adapters/code-host.ts';
import { type InstallationToken, installationToken } from '../../adapters/github/app.ts';
import { sayOnGitHub } from '../../adapters/github/say.ts';
import { sayOnGitLab } from '../../adapters/gitlab/say.ts';
import type { SenderPorts, Sent } from '../../adapters/sender.ts';
import { commentMark, commitState, commitWords, pullComment } from '../../domain/work/pull-comment.ts';
import type { Env } from '../../env.ts';
import { Lru } from '../../lru.ts';
import { reception } from '../index.ts';
import { gitHubApi, gitHubAppOf } from '../reception/github-app.ts';
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
    const token = await tokenOf(env, ports, access);
    if (!token.ok) return token.sent;
    const host = { apiUrl: access.apiUrl ?? publicApi(env), accessToken: token.token };
    return say(ports, host, saidOf(report, what, `${ports.publicUrl}/${organizationId}`), attempt);
  };

/** Cache, per isolate: a token serves for an hour. */
const installationTokens = new Lru<number, InstallationToken>(256);
const tokenDoubtMs = 60_000;

async function tokenOf(
  env: Env,
  ports: SenderPorts,
  access: HostAccess,
): Promise<{ ok: true; token: string } | { ok: false; sent: Sent }> {
  if ('accessToken' in access) return { ok: true, token: access.accessToken };
  const { installationId } = access;
  const known = installationTokens.get(installationId);
  if (known && known.expiresAtMs - tokenDoubtMs > ports.now()) return { ok: true, token: known.token };
  const app = gitHubAppOf(env);
  if (!app) return { ok: false, sent: { outcome: 'refused', detail: 'This deployment has no GitHub App any more.' } };
  const made = await installationToken(ports, app, installationId);
  if (!made.ok) {
    const { detail, isRefused, retryAfterMs } = made;
    return {
      ok: false,
      sent: { outcome: isRefused ? 'refused' : 'retry', detail, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    };
  }
  installationTokens.set(installationId, made);
  return made;
}

function saidOf({ place, session }: Report, what: What, pages: string): Said {
  const url = `${pages}/sessions/${session.id}`;
  if (what === 'comment') return { what, place, mark: commentMark(session.id), text: pullComment(session, url) };
  return { what, place, state: commitState(session), words: commitWords(session), url };
}

const gitLabApi = (env: Env) => env.GITLAB_API || 'https://gitlab.com/api/v4';

export const codeHostSenders: Record<string, IntegrationSender> = {
  'github-comment': sender(sayOnGitHub, 'comment', gitHubApi),
  'github-status': sender(sayOnGitHub, 'status', gitHubApi),
  'gitlab-comment': sender(sayOnGitLab, 'comment', gitLabApi),
  'gitlab-status': sender(sayOnGitLab, 'status', gitLabApi),
};
