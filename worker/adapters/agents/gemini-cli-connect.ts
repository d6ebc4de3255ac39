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
  /** Whether Gemini CLI does anything with an answer. */
  answers: boolean;
}

const asks: Hook = { timeoutSeconds: 5, answers: true };
const waits: Hook = { timeoutSeconds: approvalSeconds, answers: true };
const tells: Hook = { timeoutSeconds: 3, answers: false };
// The model hooks are left out: they carry the whole conversation each time, and AfterModel for every piece of an answer.
const events: Record<string, Hook> = {
  SessionStart: tells,
  BeforeAgent: asks,
  BeforeTool: waits,
  AfterTool: asks,
  AfterAgent: tells,
  PreCompress: tells,
  Notification: tells,
  SessionEnd: tells,
};

/** Gemini CLI knows command hooks only, and counts their timeouts in milliseconds. */
export function connectGeminiCli({ base, token, fail }: Target): ConnectSettings {
  const url = `${base}/hooks/gemini-cli`;
  const hooks = Object.fromEntries(
    Object.entries(events).map(([event, { timeoutSeconds, answers }]) => {
      const command = hookCommand({
        url,
        curlFile: '"$HOME/.gemini/flightdeck.curl"',
        timeoutSeconds,
        answers,
        git: event === 'SessionStart',
      });
      return [event, [{ hooks: [{ type: 'command', name: 'flightdeck', command, timeout: (timeoutSeconds + 1) * 1000 }] }]];
    }),
  );
  const telemetry = { enabled: true, target: 'local', otlpEndpoint: `${base}/otlp`, otlpProtocol: 'http', logPrompts: false };
  return {
    files: [
      jsonFile('~/.gemini/settings.json', { hooks, telemetry }),
      curlFile('~/.gemini/flightdeck.curl', token),
      { path: '~/.gemini/.env', content: `OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer ${token}"\n` },
    ],
    notes: [
      'Save the three files. If you have a settings.json, add each entry to the list of its event, and the telemetry block; if you have a .env, add the line.',
      'flightdeck.curl and .env hold the token: keep them to yourself (chmod 600 ~/.gemini/flightdeck.curl ~/.gemini/.env).',
      'Gemini CLI reads only the first .env that it finds, from your project upwards. If a project has its own, put the OTEL_EXPORTER_OTLP_HEADERS line there or export it in your shell; without it no tokens arrive.',
      curlFailNote(fail, 'gemini-cli'),
      `A tool call that needs an approval waits ${approvalSeconds - 2} seconds at most; with the flightdeck command (flightdeck connect gemini-cli), a day.`,
      'Start Gemini CLI anew; running sessions keep their old settings.',
      'Gemini CLI reports tokens but no cost; Flightdeck prices them from its catalogue.',
    ],
  };
}
