import type { Miniflare } from 'miniflare';

const dayMs = 86_400_000;

/** What a day of each model costs, micro-dollars, and which agent calls it. */
const models = [
  { model: 'claude-opus-5-5', agent: 'claude-code', microUsd: 2_400_000 },
  { model: 'claude-sonnet-4-5', agent: 'claude-code', microUsd: 1_100_000 },
  { model: 'gpt-5.2-codex', agent: 'codex', microUsd: 900_000 },
  { model: 'gemini-2.5-pro', agent: 'gemini-cli', microUsd: 420_000 },
  { model: 'claude-haiku-4-5', agent: 'claude-code', microUsd: 90_000 },
] as const;

/**
 * A month of spending before today, straight into the roll-ups: the pictures of a report need days that a demo of minutes does not
 * have. Both tables tell the same, as flushes would.
 */
export async function pastCosts(
  miniflare: Miniflare,
  { organizationId, userId, projectIds }: { organizationId: string; userId: string; projectIds: readonly string[] },
): Promise<void> {
  const db = await miniflare.getD1Database('DB');
  const dayRow = db.prepare(
    `INSERT INTO session_days (organization_id, day, project_id, user_id, agent, model, events, tool_calls, errors,
      input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
  );
  const costRow = db.prepare(
    `INSERT INTO cost_days (organization_id, day, kind, name, calls, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, cost_micro_usd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const statements = Array.from({ length: 29 }, (_, ago) => ago + 1).flatMap((ago) => {
    const at = new Date(Date.now() - ago * dayMs);
    const day = at.toISOString().slice(0, 10);
    const isWeekend = at.getUTCDay() === 0 || at.getUTCDay() === 6;
    return models.flatMap(({ model, agent, microUsd }, index) => {
      const swing = 0.55 + 0.45 * Math.sin(ago * (1 + index * 0.37) + index);
      const cost = Math.round(microUsd * swing * (isWeekend ? 0.12 : 1));
      const calls = Math.ceil(cost / 30_000);
      const tokens = [calls * 900, calls * 420, calls * 31_000, calls * 2400];
      const projectId = projectIds[index % projectIds.length] ?? '';
      const [events, toolCalls] = [calls * 6, calls * 2];
      return [
        dayRow.bind(organizationId, day, projectId, userId, agent, model, events, toolCalls, 0, ...tokens, cost),
        costRow.bind(organizationId, day, 'model', model, calls, ...tokens, cost),
      ];
    });
  });
  await db.batch(statements);
}
