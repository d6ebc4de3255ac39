import type { NativeAgent } from '../wire/agent.ts';

/** The schema in `wire` would take a hook longer to load than its work takes. */
const names: Record<NativeAgent, string> = { 'claude-code': 'Claude Code', codex: 'Codex', 'gemini-cli': 'Gemini CLI' };

export const agents = Object.keys(names) as NativeAgent[]; // The record's keys are all of them.

export const isAgent = (name: string | undefined): name is NativeAgent => name !== undefined && Object.hasOwn(names, name);

export const titleOf = (agent: NativeAgent): string => names[agent];
