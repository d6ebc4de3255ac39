import type { FailMode } from '../../wire/organization-limits.ts';
import type { SnapshotRules } from '../../wire/snapshot-rules.ts';
import type { Verdict } from '../../wire/verdict.ts';
import type { Draft } from './draft.ts';

/** Who owns the session that events arrive for; the room keeps it from its first event on. */
export interface SessionOwner {
  organizationId: string;
  sessionId: string;
  externalId: string;
  agent: string;
  projectId: string;
  userId: string;
  /** The session that started this one, as its agent said with its first event; the ledger knows whether there is such a session. */
  parentId?: string;
}

/** One POST as the Worker hands it to the room: read by a dialect, redacted, keys hashed. */
export interface Ingest {
  owner: SessionOwner;
  stream?: string;
  /** Names this one POST, so that a call to the room repeated by the platform's advice is one ingest. */
  postId?: string;
  /** How long the client can wait for a person, ms; as long as the rule says where it is left out. */
  holdMs?: number;
  /** The number of the one draft whose verdict is the answer; without it the hardest verdict of all is. */
  asking?: number;
  /** The ingest token that it came with. */
  tokenId?: string;
  drafts: Draft[];
}

/** The room's answer. Refusals are values: a class thrown over RPC loses its identity. */
export type Ingested =
  | {
      ok: true;
      accepted: number;
      duplicates: number;
      lastSeq: number;
      verdict: Verdict;
      /** What people want the agent to read; the room counts them as read. */
      messages?: string[];
      /** What a client does while nobody here can be asked. */
      fail?: FailMode;
      /** When a client keeps the workspace by itself. */
      snapshots?: SnapshotRules;
      deleted?: boolean;
    }
  | { ok: false; code: 'stream_gap'; mark: number }
  | RateRefusal
  | QuotaRefusal;

/** A quota has no room for what it brings; nothing was stored. */
export interface QuotaRefusal {
  ok: false;
  code: 'quota_exceeded';
  reason: string;
  /** When the quota begins anew; left out where it never does by itself. */
  retryAfterMs?: number;
}

/** More events than may pass at once; nothing was stored. */
export interface RateRefusal {
  ok: false;
  code: 'rate_limited';
  /** Whose bucket is empty. */
  by: 'session' | 'token' | 'user' | 'organization';
  burst: number;
  perMinute: number;
  remaining: number;
  retryAfterMs: number;
}
