import { setTimeout } from 'node:timers/promises';
import { postHook } from '../../scripts/local/account.ts';
import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import type { BudgetDetail, BudgetList } from '../../wire/budget.ts';
import { Load } from './load.ts';
import { startPlainRooms } from './plain-room.ts';
import { latencyOf, quantile } from './quantile.ts';

const sessions = 20;
const rules = 20;
const rate = 500;
const [aimedP50Ms, aimedP99Ms] = [3, 25];

/** Whether a tool call may run, asked 250 times a second among as many answers of tools: the same with nothing to judge by, and with much. */
export const bench: Bench = {
  title: `Decisions on tool calls, ${sessions} sessions, ${rate} hooks/s, open loop`,
  run: postCalls,
};

export async function postCalls(stage: Stage): Promise<Figure[]> {
  const load = new Load();
  const job = { job: 'decisions', url: stage.server.url, token: stage.token, sessions, rate } as const;
  const measure = async (prefix: string) => {
    await begin(stage, prefix);
    let beforeMs = 0;
    const posted = await load.postHooks({ ...job, prefix, seconds: 10 }, () => {
      beforeMs = stage.cpuMs();
    });
    // Half of the hooks ask.
    return { ...posted, cpuPerHookMs: (stage.cpuMs() - beforeMs) / (posted.latenciesMs.length * 2) };
  };
  const bare = await measure('bare');
  const budgets = await decide(stage);
  const judged = await measure('judged');
  const plain = await startPlainRooms(stage.stateDir);
  const kept = await load.postHooks({ ...job, url: plain.url, prefix: 'plain', seconds: 10 });
  await plain.stop();
  load.end();
  const { latenciesMs } = judged;
  const isMet = quantile(latenciesMs, 0.5) <= aimedP50Ms && quantile(latenciesMs, 0.99) <= aimedP99Ms;
  return [
    { what: 'no budgets, no rules', result: `${latencyOf(bare.latenciesMs)}${failed(bare.failures)}` },
    {
      what: `${budgets.length} budgets, ${rules} rules, a rate for each tool`,
      result: `${latencyOf(latenciesMs)}${failed(judged.failures)}`,
      aim: `p50 ≤ ${aimedP50Ms} ms, p99 ≤ ${aimedP99Ms} ms`,
      met: isMet && judged.failures.length === 0,
    },
    {
      what: 'the same load on a Worker that only keeps each hook in a row',
      result: `${latencyOf(kept.latenciesMs)}${failed(kept.failures)}`,
    },
    {
      what: 'processor time of workerd per hook, without and with',
      result: `${bare.cpuPerHookMs.toFixed(2)} and ${judged.cpuPerHookMs.toFixed(2)} ms`,
    },
    ...(await spending(stage)),
  ];
}

/** Budgets of every scope, with room; rules of which none applies; what the preset asks for tools. */
async function decide({ account }: Stage): Promise<BudgetDetail[]> {
  const budget = (scope: string, window: string, scopeId: string | null = null) =>
    account.call<BudgetDetail>('POST', '/api/budgets', { scope, scopeId, window, limit: 1_000_000_000 });
  await account.call('POST', '/api/rates/preset');
  for (let index = 0; index < rules; index += 1) {
    const pattern = index % 2 === 0 ? { command: `rm -rf part-${index}*` } : { path: `secrets/${index}/*.env` };
    await account.call('POST', '/api/rules', { name: `Rule ${index}`, action: 'deny', ...pattern });
  }
  return [
    await budget('session', 'session'),
    await budget('project', 'day', account.projectId),
    await budget('user', 'month', account.userId),
    await budget('organization', 'month'),
  ];
}

/** Sessions that the ledger knows, and of which one model call was told: its cost is what a call sets aside. */
async function begin({ server: { url }, token }: Stage, prefix: string): Promise<void> {
  for (let index = 0; index < sessions; index += 1) {
    const usage = { input: 1000, output: 100, cacheRead: 0, cacheWrite: 0, model: 'claude-opus-5-5' };
    const events = [{ type: 'usage', id: 'first', usage, costMicroUsd: 20_000 }];
    await postHook(url, token, '/hooks/events', { agent: 'claude-code', sessionId: `${prefix}-${index}`, events });
  }
  // They register after they were answered.
  await setTimeout(1000);
}

/** That the budgets were at work. */
async function spending({ account }: Stage): Promise<Figure[]> {
  const { items } = await account.call<BudgetList>('GET', '/api/budgets');
  const all = items.find(({ scope }) => scope === 'organization');
  const dollars = (microUsd = 0) => `$${(microUsd / 1e6).toFixed(2)}`;
  return [
    {
      what: 'of the organization’s budget meanwhile',
      result: `${dollars(all?.spent)} told as spent, ${dollars(all?.reserved)} leased`,
    },
  ];
}

const failed = (failures: number[]) => (failures.length > 0 ? `, ${failures.length} FAILED (${[...new Set(failures)]})` : '');
