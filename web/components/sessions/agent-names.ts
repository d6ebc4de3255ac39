const names: Record<string, string> = { 'claude-code': 'Claude Code', codex: 'Codex', 'gemini-cli': 'Gemini CLI' };

/** An agent as people call it; one that we do not know keeps its own name. */
export const agentName = (agent: string): string => names[agent] ?? agent;

/** `claude-sonnet-4-5-20250929` as `sonnet-4-5`: without the vendor's prefix and the date, which stand in the title. */
export const modelName = (model: string): string =>
  model
    .replace(/^(?:[\w.-]+\/)/, '')
    .replace(/^(?:claude|gemini)-/, '')
    .replace(/-\d{8}$/, '')
    .replace(/\[.*\]$/, '');
