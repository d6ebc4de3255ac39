import type { Approval } from '../../../wire/approval.ts';
import type { Refusal } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Rule, RuleConditions, RuleTrial, RuleVerdict } from '../../../wire/rule.ts';
import { targetOf } from '../call-target.ts';
import { collisionWords, metIn } from '../collision.ts';
import type { Draft } from '../draft.ts';
import { byAge, type SessionState } from '../session-state.ts';
import { pathOf } from '../touch.ts';
import { decisionOn, isGranted } from './approvals.ts';
import type { Means } from './purse.ts';
import { rateOf } from './rates.ts';
import { callWords, misses, type RuledCall, ruled } from './rules.ts';

/** What rules, and budgets that ask at their limit, say to a call that there is money for. */
export type Ruling =
  | { type: 'free'; warned: { ruleId: string; reason: string }[] }
  | { type: 'asks'; approval: Approval }
  | { type: 'refused'; refusal: Refusal };

/** Judges a tool call, or the agent's own question to its person, by the project's rules. `overdrawn` is a budget that wants a person asked. */
export function judgeRules(
  state: SessionState,
  draft: Draft,
  means: Means,
  overdrawn: { budgetId: string; reason: string } | undefined,
): Ruling {
  const { rules } = means.policy;
  if (rules.length === 0 && !overdrawn) return { type: 'free', warned: [] };
  const call = ruledCall(state, draft, means);
  const { decisive, warned } = ruled(rules, call);
  const meeting = meetingWords(state, draft, means);
  const words = (rule: Rule, does: string) => `Rule “${rule.name}” ${does}${rule.collision ? meeting : '.'}`;
  if (decisive?.action === 'deny') {
    const reason = `${words(decisive, 'refuses this call')} Go on without it, or stop and say what is needed.`;
    return { type: 'refused', refusal: { because: 'rule', reason, ruleId: decisive.id } };
  }
  // Allowed once is allowed whichever asks: the same call need not be asked about twice.
  const isAllowed = draft.type === 'tool.started' && decisionOn(state, draft.toolUseId)?.outcome === 'allow';
  const asking = decisive && !isAllowed && !isGranted(state, decisive.id, call.tool) ? decisive : undefined;
  if (!asking && !overdrawn)
    return { type: 'free', warned: warned.map((rule) => ({ ruleId: rule.id, reason: words(rule, 'warns') })) };
  if (state.approvals.length >= limits.maxPendingApprovals) {
    const reason = `${limits.maxPendingApprovals} calls of this session wait for a person already. Wait until they are answered, then try again.`;
    return { type: 'refused', refusal: { because: 'rule', reason, ...(asking && { ruleId: asking.id }) } };
  }
  const reason = [overdrawn?.reason, asking && words(asking, 'asks a person first')].filter(Boolean).join(' ');
  return { type: 'asks', approval: approvalFor(state, draft, means, call, asking, overdrawn?.budgetId, reason) };
}

/** How the reason of a rule on collisions ends: with whom the call would meet. */
function meetingWords(state: SessionState, draft: Draft, { collisions = [] }: Means): string {
  const met = metIn(state, draft, collisions);
  return met ? `: ${collisionWords({ title: met.title, path: pathOf(met.file) })}.` : '.';
}

/** A call as rules see it. Without telemetry a model call's cost is not known, and a rule on cost sees the tool's rate alone. */
function ruledCall(
  state: SessionState,
  draft: Draft,
  { policy, collisions = [] }: Pick<Means, 'policy' | 'collisions'>,
): RuledCall {
  const tool = draft.tool ?? '';
  const { command, paths } = targetOf(tool, draft.input, draft.facts?.cwd ?? state.cwd);
  const costMicroUsd = state.stepMicroUsd + (rateOf(policy.rates, tool)?.perExecutionMicroUsd ?? 0);
  const moment = draft.type === 'permission.requested' ? 'permission' : 'call';
  return { moment, tool, command, paths, costMicroUsd, collides: metIn(state, draft, collisions) !== undefined };
}

/** Whether a rule would match a call that somebody thinks of. */
export function tried(
  rule: RuleConditions,
  { tool, input, cwd = null, costMicroUsd = 0, collides = false }: Omit<RuleTrial, 'rule'>,
): RuleVerdict {
  const { command, paths } = targetOf(tool, input, cwd);
  const why = misses(rule, { moment: 'call', tool, command, paths, costMicroUsd, collides });
  return { matches: why === undefined, why: why ?? null };
}

function approvalFor(
  state: SessionState,
  draft: Draft,
  { nowMs, holdMs = Number.POSITIVE_INFINITY }: Means,
  call: RuledCall,
  rule: Rule | undefined,
  budgetId: string | undefined,
  reason: string,
): Approval {
  const seq = state.lastSeq + 1;
  const toolUseId = draft.toolUseId ?? (draft.type === 'permission.requested' ? questionedCall(state, draft) : undefined);
  const waitMs = Math.min(1000 * (rule?.waitSeconds ?? budgetWaitSeconds), holdMs);
  return {
    id: `apr_${seq}`,
    seq,
    tool: call.tool,
    ...(toolUseId !== undefined && { toolUseId }),
    words: callWords(call),
    reason,
    ...(rule && { ruleId: rule.id }),
    ...(budgetId !== undefined && { budgetId }),
    costMicroUsd: call.costMicroUsd,
    askedAt: new Date(nowMs).toISOString(),
    until: new Date(nowMs + waitMs).toISOString(),
    unanswered: rule?.unanswered ?? 'deny',
  };
}

/** A budget that asks waits this long: under the five minutes that an agent's own HTTP hook is given. */
const budgetWaitSeconds = 240;

/** Claude Code’s question names no call: it is about the oldest open one of that tool that nothing waits for yet. */
function questionedCall({ openCalls, approvals }: SessionState, { tool, subagentId }: Draft): string | undefined {
  const found = byAge(openCalls).find(
    ([id, call]) => call.tool === tool && call.subagentId === subagentId && !approvals.some(({ toolUseId }) => toolUseId === id),
  );
  return found?.[0];
}
