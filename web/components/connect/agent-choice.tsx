import type { ConnectChoice } from '../../models/connect.ts';

const choices: { id: ConnectChoice; name: string; how: string }[] = [
  { id: 'claude-code', name: 'Claude Code', how: 'HTTP hooks and telemetry' },
  { id: 'codex', name: 'Codex', how: 'Command hooks and telemetry' },
  { id: 'gemini-cli', name: 'Gemini CLI', how: 'Command hooks and telemetry' },
  { id: 'other', name: 'Anything else', how: 'POST its events as JSON' },
];

interface AgentChoiceProps {
  value: ConnectChoice;
  onChange: (agent: ConnectChoice) => void;
}

export function AgentChoice({ value, onChange }: AgentChoiceProps) {
  return (
    <fieldset class="agent-choice">
      <legend class="field-label">Agent</legend>
      <div class="agent-cards">
        {choices.map(({ id, name, how }) => (
          <label key={id} class="agent-card" data-checked={id === value}>
            <input type="radio" name="agent" value={id} checked={id === value} onChange={() => onChange(id)} />
            <span class="agent-name">{name}</span>
            <span class="faint">{how}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
