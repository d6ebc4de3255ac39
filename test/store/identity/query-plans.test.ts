import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newProgress } from '../../../worker/domain/archive/erasure-progress.ts';
import { commit, type Db, openDb, type Statement } from '../../../worker/store/db.ts';
import * as apiTokens from '../../../worker/store/identity/api-tokens.ts';
import * as erasures from '../../../worker/store/identity/erasures.ts';
import * as ingestTokens from '../../../worker/store/identity/ingest-tokens.ts';
import * as invitations from '../../../worker/store/identity/invitations.ts';
import * as logins from '../../../worker/store/identity/logins.ts';
import * as members from '../../../worker/store/identity/members.ts';
import * as organizations from '../../../worker/store/identity/organizations.ts';
import * as passwordResets from '../../../worker/store/identity/password-resets.ts';
import * as projects from '../../../worker/store/identity/projects.ts';
import * as receipts from '../../../worker/store/identity/receipts.ts';
import * as sweep from '../../../worker/store/identity/sweep.ts';
import * as users from '../../../worker/store/identity/users.ts';

const org = 'org_1';
const nowMs = Date.UTC(2026, 10, 21);
const page = { cursor: 'a', limit: 10 };
const invitation = { email: null, role: 'member' as const, invitedBy: 'u', createdAtMs: nowMs, expiresAtMs: nowMs + 1000 };

const erased = { userId: 'u', name: 'n', email: 'e', pseudonym: 'ers_1' };

/** How each of the store's functions is called. One without a row here fails, so that no query goes unlooked at. */
const calls: Record<string, (db: Db) => unknown> = {
  insertUser: (db) => users.insertUser(db, { id: 'u', email: 'e', name: 'n', passwordHash: 'h', organizationId: org }, nowMs),
  findUserByEmail: (db) => users.findUserByEmail(db, 'e'),
  findUser: (db) => users.findUser(db, 'u'),
  findPasswordHash: (db) => users.findPasswordHash(db, 'u'),
  renameUser: (db) => users.renameUser(db, 'u', 'n'),
  changePassword: (db) => users.changePassword(db, { id: 'u', before: 'h', passwordHash: 'h', loginId: 'l' }),
  rememberOrganization: (db) => users.rememberOrganization(db, org, 'u'),
  insertOrganization: (db) => organizations.insertOrganization(db, { id: org, name: 'n' }, nowMs),
  renameOrganization: (db) => organizations.renameOrganization(db, org, 'n'),
  insertMembership: (db) => organizations.insertMembership(db, org, { userId: 'u', role: 'owner' }, nowMs),
  insertProject: (db) => projects.insertProject(db, org, { id: 'p', name: 'n' }, nowMs),
  renameProject: (db) => projects.renameProject(db, org, 'p', 'n'),
  listProjects: (db) => projects.listProjects(db, org, page),
  findProject: (db) => projects.findProject(db, org, 'p'),
  projectIds: (db) => projects.projectIds(db, org),
  countProjects: (db) => projects.countProjects(db, org),
  insertIngestToken: (db) =>
    ingestTokens.insertIngestToken(db, org, { tokenId: 't', organizationId: org, projectId: 'p', userId: 'u', name: 'n' }, nowMs),
  listIngestTokens: (db) => ingestTokens.listIngestTokens(db, org, 'p', page),
  findIngestToken: (db) => ingestTokens.findIngestToken(db, org, 'p', 't'),
  countIngestTokens: (db) => ingestTokens.countIngestTokens(db, org, 'p'),
  revokeIngestToken: (db) => ingestTokens.revokeIngestToken(db, org, 't', nowMs),
  listRevokedIngestTokens: (db) => ingestTokens.listRevokedIngestTokens(db, org),
  insertApiToken: (db) => apiTokens.insertApiToken(db, org, { id: 'a', userId: 'u', name: 'n', secretHash: 's' }, nowMs),
  findPersonByApiToken: (db) => apiTokens.findPersonByApiToken(db, 's'),
  listApiTokens: (db) => apiTokens.listApiTokens(db, org, 'u', page),
  countApiTokens: (db) => apiTokens.countApiTokens(db, org, 'u'),
  revokeApiToken: (db) => apiTokens.revokeApiToken(db, org, 'u', 'a', nowMs),
  insertLogin: (db) => logins.insertLogin(db, { id: 'l', userId: 'u' }, nowMs),
  findLogin: (db) => logins.findLogin(db, 'l', nowMs),
  rotateLogin: (db) => logins.rotateLogin(db, 'l', 1, nowMs),
  deleteLogin: (db) => logins.deleteLogin(db, 'l'),
  insertInvitation: (db) => invitations.insertInvitation(db, org, { id: 'i', secretHash: 's', ...invitation }),
  listInvitations: (db) => invitations.listInvitations(db, org, page, nowMs),
  countInvitations: (db) => invitations.countInvitations(db, org),
  findInvitation: (db) => invitations.findInvitation(db, 's', nowMs),
  acceptInvitation: (db) => invitations.acceptInvitation(db, 's', 'u2', nowMs),
  deleteInvitation: (db) => invitations.deleteInvitation(db, org, 'i'),
  listMembers: (db) => members.listMembers(db, org, page),
  findRole: (db) => members.findRole(db, org, 'u'),
  findMember: (db) => members.findMember(db, org, 'u'),
  countMembers: (db) => members.countMembers(db, org),
  listMembershipsOfUser: (db) => members.listMembershipsOfUser(db, 'u'),
  changeRole: (db) => members.changeRole(db, org, 'u', 'member', nowMs),
  removeMember: (db) => members.removeMember(db, org, 'u', nowMs),
  beginErasure: (db) => erasures.beginErasure(db, org, { person: erased, totalSessions: 1 }, { nowMs, dueAtMs: nowMs }),
  wasHere: (db) => erasures.wasHere(db, org, 'u'),
  countSessions: (db) => erasures.countSessions(db, org),
  findErasure: (db) => erasures.findErasure(db, org, 'u'),
  listErasures: (db) => erasures.listErasures(db, org, page),
  erasuresDue: (db) => erasures.erasuresDue(db, nowMs, 4),
  moveErasure: (db) => erasures.moveErasure(db, 'ers_1', 1, 2),
  saveProgress: (db) => erasures.saveProgress(db, 'ers_1', newProgress(1)),
  finishErasure: (db) => erasures.finishErasure(db, 'ers_1', nowMs),
  insertPasswordReset: (db) =>
    passwordResets.insertPasswordReset(db, org, { secretHash: 's', userId: 'u', createdBy: 'u2', expiresAtMs: nowMs + 1 }),
  findPasswordReset: (db) => passwordResets.findPasswordReset(db, 's', nowMs),
  usePasswordReset: (db) => passwordResets.usePasswordReset(db, 's', 'h', nowMs),
  insertReceipt: (db) =>
    receipts.insertReceipt(db, { id: 'r', requestMac: 'm', status: 201, sealedBody: 'b', expiresAtMs: nowMs + 1 }, nowMs),
  findReceipt: (db) => receipts.findReceipt(db, 'r', nowMs),
  sweepIdentity: (db) => sweep.sweepIdentity(db, nowMs),
};

const stores = [
  apiTokens,
  erasures,
  ingestTokens,
  invitations,
  logins,
  members,
  organizations,
  passwordResets,
  projects,
  receipts,
  sweep,
  users,
];

/** A D1 that notes each statement it prepares. */
function recording(d1: D1Database): { statements: string[]; d1: D1Database } {
  const statements: string[] = [];
  const prepare = (sql: string) => {
    statements.push(sql);
    return d1.prepare(sql);
  };
  return { statements, d1: new Proxy(d1, { get: (on, key) => (key === 'prepare' ? prepare : Reflect.get(on, key).bind(on)) }) };
}

describe('a query of identity', () => {
  it('has a row in this file', () => {
    const exported = stores.flatMap((store) => Object.keys(store));
    expect(Object.keys(calls).sort()).toEqual(exported.sort());
  });

  it.each(Object.entries(calls))('%s reads by index alone', async (_name, call) => {
    const { statements, d1 } = recording(env.DB);
    const db = openDb(d1);
    const made = call(db);
    if (made instanceof Promise) await made;
    // Writes come as statements for a batch: committed here, they run in the table's order and on its data.
    else await commit(db, [made].flat() as Statement[]);
    expect(statements.length).toBeGreaterThan(0);
    for (const sql of statements) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array<null>(sql.split('?').length - 1).fill(null))
        .all<{ detail: string }>();
      const plan = results.map((row) => row.detail);
      expect(
        plan.filter((step) => /\bSCAN (?!CONSTANT)/.test(step)),
        `${sql}\n${plan.join('\n')}`,
      ).toEqual([]);
    }
  });

  it('that scanned a table would be noticed', async () => {
    const { results } = await env.DB.prepare('EXPLAIN QUERY PLAN SELECT * FROM users WHERE name = ?')
      .bind(null)
      .all<{ detail: string }>();
    expect(results.map((row) => row.detail)).toEqual(['SCAN users']);
  });
});
