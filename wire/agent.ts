import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** Agents whose hooks we understand natively; anything else names itself on `/hooks/events`. */
export const NativeAgent = z.enum(['claude-code', 'codex', 'gemini-cli']);
export type NativeAgent = z.infer<typeof NativeAgent>;

/** An agent's name: lower-case words joined by dashes. */
export const AgentName = z.string().check(z.regex(/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/), z.maxLength(limits.maxNameLength));
export type AgentName = z.infer<typeof AgentName>;
