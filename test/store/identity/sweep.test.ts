import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { tick } from '../../../worker/cron.ts';
import { commit, openDb } from '../../../worker/store/db.ts';
import { insertInvitation } from '../../../worker/store/identity/invitations.ts';
import { insertLogin } from '../../../worker/store/identity/logins.ts';
import { insertPasswordReset } from '../../../worker/store/identity/password-resets.ts';
import { insertReceipt } from '../../../worker/store/identity/receipts.ts';
import { sweepIdentity } from '../../../worker/store/identity/sweep.ts';

const nowMs = Date.UTC(2026, 10, 21);
const db = openDb(env.DB);

/** One of each thing that expires. */
async function expiring(id: string, expiresAtMs: number): Promise<void> {
  const invitation = { id, email: null, role: 'member' as const, invitedBy: 'usr_1', secretHash: id, createdAtMs: 0 };
  await commit(db, [
    insertInvitation(db, 'org_1', { ...invitation, expiresAtMs }),
    insertPasswordReset(db, 'org_1', { secretHash: id, userId: 'usr_2', createdBy: 'usr_1', expiresAtMs }),
    ...insertReceipt(db, { id, requestMac: 'm', status: 201, sealedBody: 'b', expiresAtMs }, 0),
    insertLogin(db, { id, userId: 'usr_2' }, expiresAtMs - limits.refreshTokenTtlMs),
  ]);
}

const remaining = async () => {
  const { results } = await env.DB.prepare(
    'SELECT id FROM logins UNION ALL SELECT id FROM invitations UNION ALL SELECT secret_hash FROM password_resets UNION ALL SELECT id FROM receipts',
  ).all<{ id: string }>();
  return results.map((row) => row.id).sort();
};

it('deletes what has expired and nothing else, each minute', async () => {
  await expiring('old', nowMs);
  await expiring('young', nowMs + 60_000);
  expect(await sweepIdentity(db, nowMs)).toBe(4);
  expect(await remaining()).toEqual(Array(4).fill('young'));
  await tick(env, '* * * * *', nowMs + 60_000);
  expect(await remaining()).toEqual([]);
});

it('of an expired receipt lets its key be used anew before any sweep', async () => {
  const receipt = { id: 'key', requestMac: 'm', status: 201, sealedBody: 'b' };
  await commit(db, insertReceipt(db, { ...receipt, expiresAtMs: nowMs }, nowMs - 1));
  await expect(commit(db, insertReceipt(db, { ...receipt, expiresAtMs: nowMs + 5 }, nowMs - 1))).rejects.toThrow('receipts.id');
  await commit(db, insertReceipt(db, { ...receipt, expiresAtMs: nowMs + 5 }, nowMs));
});
