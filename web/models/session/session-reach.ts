/**
 * What an agent makes of a stop or a pause, and what it cannot be made to do: measured with each of them (docs/verdicts.md). Said where
 * somebody is about to rely on it.
 */
export function stopWords(agent: string): string {
  switch (agent) {
    case 'claude-code':
      return 'Its turn ends at the next tool call or result; a model call that has begun is still paid for.';
    case 'codex':
      return 'Codex cannot be stopped in the middle of a turn: its next tool calls are refused, and it ends at its next prompt.';
    case 'gemini-cli':
      return 'Its loop ends at the next tool call or result; a model call that has begun is still paid for.';
    default:
      return 'It reads the verdict in the answer to its next events; whether it obeys is up to it.';
  }
}

/** What the agent does once it may go on: the same table, read from the other end. */
export function goesOnWords(agent: string): string {
  switch (agent) {
    case 'claude-code':
      return 'Its turn ended at the refusal: write to it in its terminal, and it goes on where it was.';
    case 'codex':
      return 'Its turn goes on: the next call is let through. If it gave up, write to it in its terminal.';
    case 'gemini-cli':
      return 'Its loop ended at the refusal: write to it in its terminal, and it goes on where it was.';
    default:
      return 'It reads so in the answer to its next events.';
  }
}
