import type { FailMode } from '../../../wire/organization-limits.ts';
import { approvalSeconds, type ConnectSettings, gitHeaders, jsonFile, shellWord, type Target } from './connect-target.ts';

// Seconds. Claude Code waits for every hook, so ours may be slow only where an answer can hold something back, and for minutes only
// where a person may have to give it; SessionEnd is cut at 1.5 s unless a timeout is given.
const events: Record<string, number> = {
  UserPromptSubmit: 5,
  PreToolUse: approvalSeconds,
  PermissionRequest: approvalSeconds,
  PostToolUse: 5,
  PostToolUseFailure: 5,
  PostToolBatch: 5,
  PermissionDenied: 3,
  MessageDisplay: 3,
  Notification: 3,
  Elicitation: 3,
  ElicitationResult: 3,
  SubagentStart: 3,
  SubagentStop: 3,
  TaskCreated: 3,
  TaskCompleted: 3,
  PreCompact: 3,
  PostCompact: 3,
  PostModelSwitch: 3,
  CwdChanged: 3,
  Stop: 5,
  StopFailure: 5,
  SessionEnd: 5,
};
// An http hook on these two is skipped without a word. WorktreeCreate is left alone: a hook there replaces what git does.
const commandEvents = ['SessionStart', 'Setup'];

/** Where a hook that fails can hold the agent: measured. Everywhere else what it tells of has happened, or its person is asked. */
const holding = new Set(['UserPromptSubmit', 'PreToolUse']);

const failNotes: Record<FailMode, string[]> = {
  open: [
    'If Flightdeck cannot be reached, the agent goes on ("onFailure": "continue"), as this project says. After a change of that (Settings, Limits), make new settings.',
  ],
  closed: [
    'If Flightdeck cannot be reached, the agent is held: its prompts and tool calls are refused ("onFailure": "block"), as this project says. After a change of that (Settings, Limits), make new settings.',
    'Claude Code before 2.1.295 ignores "onFailure" and goes on. Claude Code may be updated by itself; claude --version says which one runs.',
  ],
};

/**
 * One user settings file: the telemetry environment is ignored in project settings. Everything here is understood or ignored by
 * Claude Code from 2.1.290 on (`onFailure` works from 2.1.295).
 */
export function connectClaudeCode({ base, host, token, fail }: Target): ConnectSettings {
  const url = `${base}/hooks/claude-code`;
  const http = (event: string, timeout: number) => ({
    type: 'http',
    url,
    headers: { Authorization: 'Bearer $FLIGHTDECK_TOKEN', 'X-Flightdeck-Timeout': String(timeout) },
    allowedEnvVars: ['FLIGHTDECK_TOKEN'],
    timeout,
    onFailure: fail === 'closed' && holding.has(event) ? 'block' : 'continue',
  });
  const hooks = Object.fromEntries([
    ...commandEvents.map((event) => [event, [{ hooks: [{ type: 'command', command: startCommand(url), timeout: 5 }] }]]),
    ...Object.entries(events).map(([event, timeout]) => [event, [{ hooks: [http(event, timeout)] }]]),
  ]);
  return {
    files: [jsonFile('~/.claude/settings.json', { env: environment(base, token), hooks })],
    notes: [
      'Save this as ~/.claude/settings.json. If you have one already, merge: add the lines of "env" to yours, and under "hooks" add each entry to the list of its event.',
      'It has to be the user settings (or a file given with --settings): project settings cannot switch telemetry on, and tokens and cost come from telemetry.',
      'Sessions that are running keep their old settings; the next one you start appears here.',
      'SessionStart needs curl on the PATH, because Claude Code does not send that hook by itself.',
      ...failNotes[fail],
      `A tool call that needs an approval waits ${approvalSeconds - 2} seconds at most. To change that, set "timeout" and "X-Flightdeck-Timeout" under PreToolUse and PermissionRequest to the same number.`,
      `A connection that is refused costs nothing, but Claude Code knows no time limit for connecting alone: where packets vanish without a word, each tool call waits up to ${approvalSeconds} seconds before it goes on. The flightdeck command (flightdeck connect claude-code) gives up after two, and lets approvals wait a day.`,
      `If your settings have "allowedHttpHookUrls", add "${base}/*" to it. Hooks are off under --bare and "disableAllHooks".`,
      ...(isPrivate(host)
        ? [
            `Claude Code refuses hooks to private addresses other than this machine's own: ${host} will not be called. Use a public name.`,
          ]
        : []),
    ],
  };
}

function environment(base: string, token: string): Record<string, string> {
  return {
    FLIGHTDECK_TOKEN: token,
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/otlp`,
    OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    // A budget trails by one model call and this interval.
    OTEL_LOGS_EXPORT_INTERVAL: '1000',
  };
}

/** Its output is discarded: plain text from SessionStart would go into the model's context. */
function startCommand(url: string): string {
  const headers = `-H 'content-type: application/json' -H "authorization: Bearer $FLIGHTDECK_TOKEN" ${gitHeaders}`;
  return `curl -sf -m 3 -o /dev/null -X POST ${headers} --data-binary @- ${shellWord(url)} 2>/dev/null || true`;
}

function isPrivate(host: string): boolean {
  return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[f[cde])/.test(
    host,
  );
}
