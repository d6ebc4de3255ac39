import type { Draft } from '../../domain/draft.ts';

/**
 * The drafts of one POST, the last of them marked where its answer can carry words to the agent's model. A subagent's hooks carry none:
 * what people write is for the agent that they started.
 */
export function withCarrier(drafts: Draft[], carries: boolean): Draft[] {
  const last = drafts.at(-1);
  if (!carries || !last || last.subagentId !== undefined || last.late) return drafts;
  return [...drafts.slice(0, -1), { ...last, carries }];
}
