import { CopyButton } from '../copy-button.tsx';
import { CodeBox } from './code-box.tsx';

/** For agents that we have no settings for: the one call that says everything. */
export function CustomAgent({ origin, token }: { origin: string; token: string }) {
  const command = exampleCall(origin, token);
  return (
    <div class="settings-file">
      <div class="settings-file-head">
        <code class="truncate">POST /hooks/events</code>
      </div>
      <CodeBox label="Example call" text={command} />
      <div class="settings-file-foot">
        <p class="faint">Holds a token, shown this once. Up to 500 events in one call.</p>
        <CopyButton text={token} label="Copy token" />
        <CopyButton text={command} label="Copy command" />
      </div>
    </div>
  );
}

function exampleCall(origin: string, token: string): string {
  const body = {
    agent: 'my-agent',
    sessionId: 'run-1',
    events: [
      { id: '1', type: 'prompt', text: 'Fix the login race' },
      { id: '2', type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'npm test' } },
      { id: '3', type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: 'ok', ok: true },
    ],
  };
  return [
    `curl -sS '${origin}/hooks/events' \\`,
    `  -H 'authorization: Bearer ${token}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(body, null, 2)}'`,
  ].join('\n');
}
