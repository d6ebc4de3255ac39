import type { NativeAgent } from '../../wire/agent.ts';
import type { FailMode } from '../../wire/organization-limits.ts';
import { connectClaudeCode } from './agents/claude-code-connect.ts';
import { connectCodex } from './agents/codex-connect.ts';
import type { ConnectSettings, Target } from './agents/connect-target.ts';
import { connectGeminiCli } from './agents/gemini-cli-connect.ts';

/**
 * The exact files that connect an agent to this deployment, and what the person has to do besides. `baseUrl` is where the agent reaches us
 * (http or https, without a query); `token` goes into the files, so they are shown once. Throws a TypeError for a base URL or
 * a token that is none: both are ours.
 */
export function connectFiles(agent: NativeAgent, { baseUrl, token, fail = 'open' }: Connecting): ConnectSettings {
  return settings[agent](targetOf(baseUrl, token, fail));
}

interface Connecting {
  baseUrl: string;
  token: string;
  fail?: FailMode;
}

const settings: Record<NativeAgent, (target: Target) => ConnectSettings> = {
  'claude-code': connectClaudeCode,
  codex: connectCodex,
  'gemini-cli': connectGeminiCli,
};

function targetOf(baseUrl: string, token: string, fail: FailMode): Target {
  const url = new URL(baseUrl);
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new TypeError('The base URL is not a plain http(s) one.');
  // The files quote the token in JSON, TOML, dotenv, curl's own format and a header: no character may mean anything there.
  if (!/^[\w.-]+$/.test(token)) throw new TypeError('The token has characters that settings files cannot carry.');
  return { base: url.origin + url.pathname.replace(/\/+$/, ''), host: url.hostname, token, fail };
}
