import * as z from 'zod/mini';
import { BranchOrigin } from './branch.ts';
import { SessionStatus } from './session.ts';

/** A session in the picture of its family: who started whom, and who branched off where. */
export const TreeNode = z.object({
  id: z.string(),
  /** Null for the root. */
  parentId: z.nullable(z.string()),
  title: z.string(),
  agent: z.string(),
  status: SessionStatus,
  costMicroUsd: z.int(),
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
  lastSeq: z.int(),
  /** Its agent's last words; absent before there were any. */
  outcome: z.optional(z.string()),
  /** Absent for a session that an agent started by itself. */
  branch: z.optional(BranchOrigin),
});
export type TreeNode = z.infer<typeof TreeNode>;

/** The whole family of a session, from its root on: parents before their children, and those by when they came to be. */
export const SessionTree = z.object({
  nodes: z.array(TreeNode),
  /** There are more than are shown. */
  isCut: z.boolean(),
});
export type SessionTree = z.infer<typeof SessionTree>;
