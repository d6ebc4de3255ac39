import { agents, isAgent, titleOf } from '../agent.ts';
import { call } from '../api.ts';
import { type Connection, readConfig, writeConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { deliver } from '../hook/delivery.ts';
import { Spool } from '../hook/spool.ts';
import { spoolRoot } from '../hook/spool-root.ts';
import { localPath } from '../paths.ts';
import { apply, planDisconnect, removeBackup } from '../settings/apply.ts';
import { Unmergeable } from '../settings/json-settings.ts';
import { readReceipt, removeReceipt } from '../settings/receipt.ts';
import { green, say, yellow } from '../terminal.ts';
import type { Command } from './command.ts';

export const disconnect: Command = {
  summary: 'Take out of an agent’s settings what connect put in',
  usage: `disconnect ${agents.join('|')}`,
  help: ['Everything else in those files stays as it is. The token that the agent used is revoked.'],
  maxPositionals: 1,
  run: async ([agent]) => {
    if (!isAgent(agent)) throw new Failure(`Which agent? One of: ${agents.join(', ')}`, exitCodes.usage);
    const config = readConfig();
    const connection = config.connections[agent];
    const receipt = readReceipt(agent);
    if (!receipt && !connection) {
      say(`${titleOf(agent)} was not connected from here.`);
      return exitCodes.ok;
    }
    const changes = planned(() => planDisconnect(receipt?.files ?? []));
    apply(changes);
    for (const { path } of receipt?.files ?? []) removeBackup(localPath(path));
    for (const { file, text } of changes) {
      say(`${green('-')} ${file}${text === null ? ' is gone: it held nothing else' : ''}`);
    }
    removeReceipt(agent);
    const { [agent]: _, ...connections } = config.connections;
    writeConfig({ ...config, connections });
    if (connection) {
      // The last that the token can do: what comes after has none.
      const spools = Spool.all(spoolRoot(agent, connection));
      for (const spool of spools) await deliver(spool, { agent, connection, deadlineMs: Date.now() + 5000 });
      await revoke(connection, config.url, config.apiToken);
      const unsent = spools.filter((spool) => !spool.isEmpty());
      if (unsent.length > 0)
        say(yellow(`Hooks of ${unsent.length} session(s) are still unsent; connect to the same project again to send them.`));
    }
    say(`${titleOf(agent)} is disconnected.`);
    return exitCodes.ok;
  },
};

function planned<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof Unmergeable)
      throw new Failure(`Nothing was changed: a settings file cannot be read, because ${error.message}.`);
    throw error;
  }
}

async function revoke(connection: Connection, url: string | undefined, apiToken: string | undefined): Promise<void> {
  const by = url === connection.url && apiToken ? { url, apiToken } : null;
  const path = `/api/projects/${connection.projectId}/ingest-tokens/${connection.tokenId}`;
  const isRevoked =
    by &&
    (await call(by, 'DELETE', path).then(
      () => true,
      () => false,
    ));
  if (!isRevoked) say(yellow(`Its token could not be revoked from here; do it under Settings at ${connection.url}.`));
}
