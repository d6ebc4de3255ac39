import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// Times are Unix milliseconds. Every index is one more row billed per write, so each one here serves a named query.

export const organizations = sqliteTable(
  'organizations',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    /** When it is its turn to have its retention seen to. */
    retentionAtMs: integer('retention_at_ms').notNull().default(0),
  },
  (table) => [index('organizations_retention').on(table.retentionAtMs)],
);

export const users = sqliteTable(
  'users',
  {
    id: text().primaryKey(),
    /** Lower case; the schema of the wire sees to it. */
    email: text().notNull(),
    name: text().notNull(),
    /** A PHC string: algorithm, parameters, salt and hash. */
    passwordHash: text('password_hash').notNull(),
    /** What a request without `X-Organization` is answered for. */
    lastOrganizationId: text('last_organization_id'),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (table) => [uniqueIndex('users_email').on(table.email)],
);

export const memberships = sqliteTable(
  'memberships',
  {
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    role: text({ enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    joinedAtMs: integer('joined_at_ms').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    index('memberships_user').on(table.userId, table.organizationId),
  ],
);

export const projects = sqliteTable(
  'projects',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    name: text().notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (table) => [index('projects_organization').on(table.organizationId, table.id)],
);

/** The tokens themselves are signed and never stored; a row names one, and remembers that it was revoked. */
export const ingestTokens = sqliteTable(
  'ingest_tokens',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    name: text().notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    revokedAtMs: integer('revoked_at_ms'),
  },
  (table) => [
    index('ingest_tokens_project').on(table.organizationId, table.projectId, table.id),
    // The revocation list of an organization, and all of one user's tokens when they leave.
    index('ingest_tokens_user').on(table.organizationId, table.revokedAtMs, table.userId),
  ],
);

export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    name: text().notNull(),
    /** SHA-256, base64url. */
    secretHash: text('secret_hash').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    revokedAtMs: integer('revoked_at_ms'),
  },
  (table) => [
    uniqueIndex('api_tokens_secret').on(table.secretHash),
    index('api_tokens_user').on(table.organizationId, table.userId, table.id),
  ],
);

/** A signed-in browser: the family of refresh tokens that began with one login. */
export const logins = sqliteTable(
  'logins',
  {
    id: text().primaryKey(),
    userId: text('user_id').notNull(),
    /** The number of the refresh token in force; the token is signed over it, so the row holds no secret. */
    generation: integer().notNull(),
    rotatedAtMs: integer('rotated_at_ms').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [index('logins_user').on(table.userId), index('logins_expiry').on(table.expiresAtMs)],
);

export const invitations = sqliteTable(
  'invitations',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** Only this address may accept; null: whoever holds the link. */
    email: text(),
    role: text({ enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    invitedBy: text('invited_by').notNull(),
    secretHash: text('secret_hash').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [
    uniqueIndex('invitations_secret').on(table.secretHash),
    index('invitations_organization').on(table.organizationId, table.id),
    index('invitations_expiry').on(table.expiresAtMs),
  ],
);

export const passwordResets = sqliteTable(
  'password_resets',
  {
    secretHash: text('secret_hash').primaryKey(),
    userId: text('user_id').notNull(),
    /** Where the one who made the link had authority over the user; checked again when the link is used. */
    organizationId: text('organization_id').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [index('password_resets_user').on(table.userId), index('password_resets_expiry').on(table.expiresAtMs)],
);

/** What a creating POST answered, so that its repeat is answered alike. Written in the same batch as the effect. */
export const receipts = sqliteTable(
  'receipts',
  {
    /** Who asked and the key they chose, hashed together. */
    id: text().primaryKey(),
    /** A MAC of method, path and body: the same key with another request is a conflict. */
    requestMac: text('request_mac').notNull(),
    status: integer().notNull(),
    /** The JSON body, encrypted: it may hold a secret that is shown once. */
    sealedBody: text('sealed_body').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (table) => [index('receipts_expiry').on(table.expiresAtMs)],
);

/** People who were erased from an organization, or are being. Who it was is known for as long as it runs. */
export const erasures = sqliteTable(
  'erasures',
  {
    /** What stands in place of the person's id. */
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id'),
    name: text(),
    email: text(),
    startedAtMs: integer('started_at_ms').notNull(),
    /** Null while it runs. */
    finishedAtMs: integer('finished_at_ms'),
    /** When it goes on; null when there is nothing left to do. */
    dueAtMs: integer('due_at_ms'),
    /** How far it is, as `ErasureProgress` in JSON. */
    progress: text().notNull(),
  },
  (table) => [
    index('erasures_organization').on(table.organizationId, table.id),
    uniqueIndex('erasures_running').on(table.organizationId, table.userId).where(sql`user_id IS NOT NULL`),
    index('erasures_due').on(table.dueAtMs).where(sql`due_at_ms IS NOT NULL`),
  ],
);
