import {
  approvalSeconds,
  type ConnectSettings,
  curlFailNote,
  curlFile,
  hookCommand,
  jsonFile,
  type Target,
} from './connect-target.ts';

interface Hook {
  timeoutSeconds: number;
  /** Whether Codex does anything with an answer: holds back what it is about, or gives its model what people wrote. */
  answers: boolean;
}

const asks: Hook = { timeoutSeconds: 5, answers: true };
const waits: Hook = { timeoutSeconds: approvalSeconds, answers: true };
// Codex waits 3 s at most for SessionEnd and Interrupt.
const tells: Hook = { timeoutSeconds: 2, answers: false };
const events: Record<string, Hook> = {
  SessionStart: asks,
  UserPromptSubmit: asks,
  PreToolUse: waits,
  PermissionRequest: waits,
  PostToolUse: asks,
  PostCompact: tells,
  SubagentStart: tells,
  SubagentStop: tells,
  Stop: asks,
  Interrupt: tells,
  SessionEnd: tells,
};
const home = `"\${CODEX_HOME:-$HOME/.codex}"`;

/** Codex knows command hooks only; one entry that it does not understand would switch off the whole file. */
export function connectCodex({ base, token, fail }: Target): ConnectSettings {
  const url = `${base}/hooks/codex`;
  const hooks = Object.fromEntries(
    Object.entries(events).map(([event, { timeoutSeconds, answers }]) => {
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
      curlFailNote(fail, 'codex'),
      `A tool call that needs an approval waits ${approvalSeconds - 2} seconds at most; with the flightdeck command (flightdeck connect codex), a day.`,
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
