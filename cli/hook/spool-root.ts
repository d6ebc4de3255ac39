import { join } from 'node:path';
import type { NativeAgent } from '../../wire/agent.ts';
import type { Connection } from '../config.ts';
import { stateFolder } from '../paths.ts';

/** Where the hooks of a connection wait; another project's have another token. */
export const spoolRoot = (agent: NativeAgent, { projectId }: Pick<Connection, 'projectId'>): string =>
  join(stateFolder(), 'spool', `${agent}.${projectId}`);
