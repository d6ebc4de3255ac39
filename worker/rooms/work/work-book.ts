import type { RequestStatus, SessionRequest } from '../../../wire/work.ts';
import type { WorkEntry } from '../../domain/work/claim.ts';
import { openStatuses } from '../../domain/work/request.ts';
import { type Migration, type RoomStorage, RoomTables } from '../room-tables.ts';

/** What decides who may take a request: all of it would be its prompt, too. */
export type Waiting = Pick<SessionRequest, 'id' | 'agent' | 'projectId' | 'repository' | 'createdAt'>;

export interface WorkFilter {
  statuses?: readonly RequestStatus[] | undefined;
  projectId?: string | undefined;
  /** The page before ended with this row. */
  cursor?: string | undefined;
  limit: number;
}

const openList = openStatuses.map((status) => `'${status}'`).join(', ');

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      `CREATE TABLE request (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, project TEXT NOT NULL,
        created_at INTEGER NOT NULL, is_told INTEGER NOT NULL, entry TEXT NOT NULL)`,
      `CREATE INDEX open_request ON request (status, seq) WHERE status IN (${openList})`,
      'CREATE INDEX untold_request ON request (seq) WHERE is_told = 0',
    ],
  },
  {
    // What machines ask about every few seconds lies before the entry: of a row SQLite reads no further than it has to.
    id: 2,
    sql: [
      'ALTER TABLE request RENAME TO whole_request',
      `CREATE TABLE request (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, project TEXT NOT NULL,
        created_at INTEGER NOT NULL, is_told INTEGER NOT NULL, agent TEXT NOT NULL, repository TEXT, entry TEXT NOT NULL)`,
      `INSERT INTO request SELECT seq, id, status, project, created_at, is_told, json_extract(entry, '$.request.agent'),
        json_extract(entry, '$.request.repository'), entry FROM whole_request`,
      'DROP TABLE whole_request',
      `CREATE INDEX open_request ON request (status, seq) WHERE status IN (${openList})`,
      'CREATE INDEX untold_request ON request (seq) WHERE is_told = 0',
    ],
  },
];

/** The requests of an organization. They stay for ever, without their prompts once they are over: a key that comes again is known. */
export class WorkBook {
  private readonly tables: RoomTables;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    if (this.tables.exist) this.tables.make();
  }

  find(id: string): WorkEntry | undefined {
    return this.read('SELECT entry FROM request WHERE id = ?', id)[0];
  }

  add(entry: WorkEntry): void {
    if (!this.tables.exist) this.tables.make();
    const { id, status, projectId, createdAt, agent, repository } = entry.request;
    this.tables.run(
      'INSERT INTO request (id, status, project, created_at, is_told, agent, repository, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      status,
      projectId,
      Date.parse(createdAt),
      isTold(entry),
      agent,
      repository,
      JSON.stringify(entry),
    );
  }

  save(entry: WorkEntry): void {
    const { id, status } = entry.request;
    this.tables.run(
      'UPDATE request SET status = ?, is_told = ?, entry = ? WHERE id = ?',
      status,
      isTold(entry),
      JSON.stringify(entry),
      id,
    );
  }

  /** How many wait or run. */
  get openCount(): number {
    if (!this.tables.exist) return 0;
    const [row] = this.tables.rows(`SELECT count(*) AS n FROM request WHERE status IN (${openList})`);
    return Number(row?.n);
  }

  /** Those that wait for a machine, the oldest first. */
  waiting(): Waiting[] {
    if (!this.tables.exist) return [];
    const rows = this.tables.rows(
      "SELECT id, project, created_at, agent, repository FROM request WHERE status = 'queued' ORDER BY seq",
    );
    return rows.map(({ id, project, created_at, agent, repository }) => ({
      id: String(id),
      agent: String(agent),
      projectId: String(project),
      repository: repository === null ? null : String(repository),
      createdAt: new Date(Number(created_at)).toISOString(),
    }));
  }

  /** Those that machines have. */
  leased(): WorkEntry[] {
    return this.read("SELECT entry FROM request WHERE status IN ('claimed', 'running') ORDER BY seq");
  }

  /** Those whose sessions do not know all of it. */
  untold(limit: number): WorkEntry[] {
    return this.read('SELECT entry FROM request WHERE is_told = 0 ORDER BY seq LIMIT ?', limit);
  }

  /** The newest first; the cursor is a row's number. */
  list({ statuses, projectId, cursor, limit }: WorkFilter): { items: SessionRequest[]; nextCursor: string | null } {
    if (!this.tables.exist) return { items: [], nextCursor: null };
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const rows = this.tables.rows(
      `SELECT seq, entry FROM request WHERE seq < ?1 AND (?2 IS NULL OR project = ?2)
        AND (?3 IS NULL OR status IN (SELECT value FROM json_each(?3))) ORDER BY seq DESC LIMIT ?4`,
      before,
      projectId ?? null,
      statuses === undefined ? null : JSON.stringify(statuses),
      limit + 1,
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: page.map((row) => entryIn(row).request), nextCursor: last === undefined ? null : String(last.seq) };
  }

  /** Those that name a person, whoever asked for them. */
  naming(userId: string): WorkEntry[] {
    return this.read('SELECT entry FROM request WHERE instr(entry, ?) > 0', userId);
  }

  private read(query: string, ...bindings: (string | number)[]): WorkEntry[] {
    return this.tables.exist ? this.tables.rows(query, ...bindings).map(entryIn) : [];
  }
}

const isTold = ({ untold }: WorkEntry): number => (untold.length === 0 ? 1 : 0);

// This file is the only writer of the column.
const entryIn = ({ entry }: Record<string, unknown>): WorkEntry => JSON.parse(String(entry)) as WorkEntry;
