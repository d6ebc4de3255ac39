import * as z from 'zod/mini';
import { FailMode } from './organization-limits.ts';

/** The exact, complete settings of one agent for this deployment. */
export const ConnectFiles = z.object({
  tokenId: z.string(),
  /** Files to write (or merge) on the developer's machine; `~` is their home. They hold a token: shown once. */
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  /** What the person has to know or do besides, in order. */
  notes: z.array(z.string()),
  /** What the project wants done while we cannot be asked; the files say it where the agent can be told. */
  fail: FailMode,
});
export type ConnectFiles = z.infer<typeof ConnectFiles>;
