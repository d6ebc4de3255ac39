import type { NativeAgent } from '../../wire/agent.ts';
import { claudeCode } from './agents/claude-code.ts';
import { codex } from './agents/codex.ts';
import type { Dialect } from './agents/dialect.ts';
import { geminiCli } from './agents/gemini-cli.ts';

/** Every agent whose hooks we take natively; a new name in `NativeAgent` does not compile without its dialect. */
export const dialects: Record<NativeAgent, Dialect> = { 'claude-code': claudeCode, codex, 'gemini-cli': geminiCli };
