import * as z from 'zod/mini';

/** The exact, complete settings of one agent for this deployment. */
export const ConnectFiles = z.object({
  tokenId: z.string(),
  /** Files to write (or merge) on the developer's machine; `~` is their home. They hold a token: shown once. */
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  /** What the person has to know or do besides, in order. */
  notes: z.array(z.string()),
});
export type ConnectFiles = z.infer<typeof ConnectFiles>;
