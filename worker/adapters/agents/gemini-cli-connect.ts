import { type ConnectSettings, curlFile, hookCommand, jsonFile, type Target } from './connect-target.ts';

// Whether the event's answer can hold something back. The model hooks are left out: they carry the whole conversation each time, and
// AfterModel for every piece of an answer.
const events: Record<string, boolean> = {
  SessionStart: false,
  BeforeAgent: true,
  BeforeTool: true,
  AfterTool: true,
  AfterAgent: false,
  PreCompress: false,
  Notification: false,
  SessionEnd: false,
};

/** Gemini CLI knows command hooks only, and counts their timeouts in milliseconds. */
export function connectGeminiCli({ base, token }: Target): ConnectSettings {
  const url = `${base}/hooks/gemini-cli`;
  const hooks = Object.fromEntries(
    Object.entries(events).map(([event, answers]) => {
      const timeoutSeconds = answers ? 5 : 3;
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
      'The hooks need curl on the PATH. If Flightdeck cannot be reached, the agent goes on.',
      'Start Gemini CLI anew; running sessions keep their old settings.',
      'Gemini CLI reports tokens but no cost; Flightdeck prices them from its catalogue.',
    ],
  };
}
