import type { ExportedSummary } from '../../../wire/export.ts';
import type { SessionState } from '../../domain/session-state.ts';

/** What there is to export, and whether an import could not take its place now: it runs, or was deleted a moment ago. */
export interface Exported {
  session: ExportedSummary | null;
  isOccupied: boolean;
}

/** A session that was imported: its log was staged under `importId`. */
export interface Adoption {
  importId: string;
  state: SessionState;
  /** The last event of the session that it takes the place of; null where there must be none. */
  replaces: number | null;
}

/** `changed`: there is another session than was said, `lost`: parts of the log are missing. */
export type Adopted = { ok: true } | { ok: false; code: 'occupied' | 'changed' | 'lost' };
