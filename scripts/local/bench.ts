import type { Account } from './account.ts';
import type { LocalServer } from './server.ts';

/** One line of the table that `npm run bench` prints. */
export interface Figure {
  what: string;
  result: string;
  /** What we set out to reach, where we did. */
  aim?: string;
  /** Whether the aim is met; absent without an aim. */
  met?: boolean;
}

/** What a bench measures with: a server on bare workerd, and a person with an ingest token on it. */
export interface Stage {
  server: LocalServer;
  account: Account;
  token: string;
  /** Where the server keeps its state and the Worker's bundle. */
  stateDir: string;
  /** Resident memory of workerd now, and its highest so far, in MB. */
  memory(): { nowMb: number; peakMb: number };
  /** Processor time that workerd has used so far, in ms; other programs' load changes it little. */
  cpuMs(): number;
  /** Stops workerd, lets `between` work on the state that it left on disk, and starts it again. */
  restart(between: (stateDir: string) => void): Promise<void>;
  say(line: string): void;
}

/** A file `test/bench/<name>.bench.ts` exports one as `bench`. */
export interface Bench {
  title: string;
  /** Keeps state in memory where the machine has such a file system: what the code takes, without the disk's share. */
  inMemory?: boolean;
  run(stage: Stage): Promise<Figure[]>;
}
