import { ClaudeCodeSession } from '../claude-code.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/robin/src/checkout-api', repository: 'harbor/checkout-api', branch: 'fix/login-race' };

const refresh = `import { db } from './db.ts';
import { sign } from './jwt.ts';

export async function refresh(token: string): Promise<Tokens> {
  const row = await db.refreshTokens.find(hash(token));
  if (!row || row.usedAt) throw new LoginExpired();
  await db.refreshTokens.markUsed(row.id);
  const next = await db.refreshTokens.insert(row.userId);
  return { access: await sign(row.userId), refresh: next };
}
`;

const failing = `Exit code 1

> checkout-api@2.14.0 test
> node --test --test-reporter=tap src/login

# Subtest: src/login/password.test.ts
\u001b[32mok 1\u001b[39m - password.test.ts (11 tests, 412 ms)
# Subtest: src/login/refresh.test.ts
    \u001b[32mok 1\u001b[39m - refuses a token that was never issued
    \u001b[32mok 2\u001b[39m - rotates the refresh token
    \u001b[31mnot ok 3\u001b[39m - two tabs may refresh with the same token at once
      ---
      location: src/login/refresh.test.ts:58
      error: |-
        Expected values to be strictly deep-equal:
        + actual - expected
          [
            200,
        \u001b[32m+   401\u001b[39m
        \u001b[31m-   200\u001b[39m
          ]
      ...
    \u001b[32mok 4\u001b[39m - revokes the family of a token that is stolen
\u001b[31mnot ok 2\u001b[39m - refresh.test.ts (6 tests, 1873 ms)
# tests 17
# pass 16
# fail 1`;

const passing = `
> checkout-api@2.14.0 test
> node --test --test-reporter=tap src/login

\u001b[32mok 1\u001b[39m - password.test.ts (11 tests, 398 ms)
\u001b[32mok 2\u001b[39m - refresh.test.ts (8 tests, 1204 ms)
# tests 19
# pass 19
# fail 0
`;

const session = new ClaudeCodeSession(workspace)
  .prompt(
    `People with two tabs open are signed out at random. Both tabs refresh at the same moment, and one of them loses.

Please find the race and fix it **without** making refresh tokens reusable for an attacker, and add a test that fails before your fix.`,
  )
  .say("I'll start with how a refresh works today, and who calls it.", { input: 1840, output: 96, cacheWrite: 14_200 })
  .grep('refreshTokens', [
    'src/login/refresh.ts',
    'src/login/routes.ts',
    'src/db/refresh-tokens.ts',
    'test/login/refresh.test.ts',
  ])
  .read('src/login/refresh.ts', refresh)
  .delegate(
    'Explore',
    'Who refreshes, and when',
    'Find every place in the web client that calls POST /login/refresh. Say what triggers each, and whether two tabs can trigger it in the same second.',
    (sub) =>
      sub
        .grep('login/refresh', ['web/src/api/client.ts', 'web/src/workers/keepalive.ts'])
        .read(
          'web/src/workers/keepalive.ts',
          "setInterval(() => void fetch('/login/refresh', { method: 'POST' }), 9 * 60_000);\n",
        )
        .bash(
          'git log --oneline -5 -- web/src/workers',
          'History of the keepalive',
          '8c1f2aa Keep people signed in while they type\n41d07be Move the timer into a worker\n',
          41,
        )
        .say(
          'Every tab runs its own keep-alive worker on a nine-minute timer. Tabs restored together by the browser start within milliseconds of each other, so they refresh together forever after.',
          { input: 640, output: 118, cacheRead: 9200, cacheWrite: 2100 },
        ),
    'Two callers: the fetch wrapper on a 401, and a keep-alive worker in every tab. Restored tabs share their timer, so they collide every nine minutes.',
  )
  .say(
    `Found it. Between \`find\` and \`markUsed\` there is an \`await\`: two requests both see an unused row, or the second sees a used one and signs the person out.

The usual answer (OAuth security BCP, section 4.14) is a short grace period in which the **same successor** is given again, and revoking the whole family on any later reuse:

| when the old token comes back | answer |
|---|---|
| within 30 s | the same new token |
| later | revoke every token of this sign-in |

First a test that shows the bug.`,
    { input: 910, output: 322, cacheRead: 21_400, cacheWrite: 3800 },
  )
  .edit(
    'src/login/refresh.test.ts',
    "  it('rotates the refresh token', async () => {",
    `  it('two tabs may refresh with the same token at once', async () => {
    const token = await signedIn();

    const answers = await Promise.all([tab(token), tab(token)]);

    expect(answers.map((a) => a.status)).toEqual([200, 200]);
    expect(answers[0].refresh).toBe(answers[1].refresh);
  });

  it('rotates the refresh token', async () => {`,
    44,
  )
  .fail('npm test -- src/login', 'Run the login tests', failing, 4210)
  .say('It fails the way people see it: one tab gets a 401. Now the fix, in one statement, so that nothing can come between.', {
    input: 420,
    output: 88,
    cacheRead: 26_100,
    cacheWrite: 1900,
  })
  .edit(
    'src/login/refresh.ts',
    `  const row = await db.refreshTokens.find(hash(token));
  if (!row || row.usedAt) throw new LoginExpired();
  await db.refreshTokens.markUsed(row.id);
  const next = await db.refreshTokens.insert(row.userId);
  return { access: await sign(row.userId), refresh: next };`,
    `  // One statement decides who is first; everybody else within the grace period is handed the same successor.
  const { family, successor, reused } = await db.refreshTokens.rotate(hash(token), { graceMs: 30_000 });
  if (reused) {
    await db.refreshTokens.revokeFamily(family);
    throw new LoginExpired();
  }
  return { access: await sign(family.userId), refresh: successor };`,
    5,
  )
  .edit(
    'src/db/refresh-tokens.ts',
    'export const markUsed = (id: string) => db.update(refreshTokens).set({ usedAt: now() }).where(eq(refreshTokens.id, id));',
    `export const rotate = (hash: string, { graceMs }: { graceMs: number }) =>
  db.transaction(async (tx) => {
    const [row] = await tx.select().from(refreshTokens).where(eq(refreshTokens.hash, hash)).for('update');
    if (!row) throw new LoginExpired();
    if (row.usedAt && row.usedAt.getTime() + graceMs < Date.now()) return { family: row.family, reused: true };
    return { family: row.family, successor: row.successor ?? (await issue(tx, row)), reused: false };
  });`,
    31,
  )
  .bash('npm test -- src/login', 'Run the login tests', passing, 3820)
  .say('Green. Before I call it done: does the migration that adds `successor` lock the table?', {
    input: 380,
    output: 64,
    cacheRead: 29_800,
    cacheWrite: 1200,
  })
  .bash(
    "psql $STAGING_URL -c 'explain alter table refresh_tokens add column successor uuid'",
    'What the migration costs',
    'psql: connecting to postgres://checkout:hV7-wq2Lk9Zp@staging-db.harbor.internal:5432/checkout\n ALTER TABLE\n rewrite: no   lock: AccessExclusive, 3 ms\n',
    640,
  )
  .say('No rewrite, three milliseconds of lock. Running the whole suite once more with the race repeated a thousand times.', {
    input: 290,
    output: 71,
    cacheRead: 31_200,
    cacheWrite: 900,
  });

/** A long session that is still running when the demo ends. */
export const loginRace: Story = { title: 'Fix the login race', project: 'checkout-api', startsAfterMs: 0, steps: session.steps };
