import { type ConnectSettings, curlFile, hookCommand, jsonFile, type Target } from './connect-target.ts';

// Whether the event's answer can hold something back. Codex waits 3 s at most for SessionEnd and Interrupt.
const events: Record<string, boolean> = {
  SessionStart: true,
  UserPromptSubmit: true,
  PreToolUse: true,
  PermissionRequest: true,
  PostToolUse: false,
  PostCompact: false,
  SubagentStart: false,
  SubagentStop: false,
  Stop: false,
  Interrupt: false,
  SessionEnd: false,
};
const home = `"\${CODEX_HOME:-$HOME/.codex}"`;

/** Codex knows command hooks only; one entry that it does not understand would switch off the whole file. */
export function connectCodex({ base, token }: Target): ConnectSettings {
  const url = `${base}/hooks/codex`;
  const hooks = Object.fromEntries(
    Object.entries(events).map(([event, answers]) => {
      const timeoutSeconds = answers ? 5 : 2;
      const command = hookCommand({
        url,
        curlFile: `${home}/flightdeck.curl`,
        timeoutSeconds,
        answers,
        git: event === 'SessionStart',
      });
      return [event, [{ hooks: [{ type: 'command', command, timeout: timeoutSeconds + 1 }] }]];
    }),
  );
  return {
    files: [
      jsonFile('~/.codex/hooks.json', { hooks }),
      { path: '~/.codex/config.toml', content: telemetry(base, token) },
      curlFile('~/.codex/flightdeck.curl', token),
    ],
    notes: [
      'Save the three files. If you have a hooks.json, add each entry to the list of its event; if you have a config.toml, add the [otel] table at its end.',
      'flightdeck.curl holds the token: keep it to yourself (chmod 600 ~/.codex/flightdeck.curl).',
      'Start codex once in a terminal and approve the hooks when it says that hooks need review. Until then it skips them without a word, in codex exec too.',
      'The hooks need curl on the PATH. If Flightdeck cannot be reached, the agent goes on.',
      'Codex cannot be stopped in the middle of a turn: a stop refuses its next tool call and its next prompt.',
      'Codex reports tokens but no cost; Flightdeck prices them from its catalogue.',
    ],
  };
}

/** Only logs: traces and metrics of a short run are hundreds of kilobytes and say nothing more. JSON strings are TOML strings. */
function telemetry(base: string, token: string): string {
  const endpoint = JSON.stringify(`${base}/otlp/v1/logs`);
  const authorization = JSON.stringify(`Bearer ${token}`);
  return [
    '[otel]',
    'log_user_prompt = false',
    `exporter = { otlp-http = { endpoint = ${endpoint}, protocol = "json", headers = { "authorization" = ${authorization} } } }`,
    '',
  ].join('\n');
}
