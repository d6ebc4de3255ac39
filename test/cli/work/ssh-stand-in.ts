import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Environment in which git finds `origin`, a repository on this machine, behind every address of a host: it is told to reach that by ssh, as
 * people do who have a key and no password, and its ssh is a script in `folder` that writes down what it was asked for (`ssh.log`).
 */
export function sshStandIn(folder: string, host: string, origin: string): Record<string, string> {
  const script = join(folder, 'ssh.sh');
  const config = join(folder, 'gitconfig');
  writeFileSync(script, `printf '%s\\n' "$2" >> '${join(folder, 'ssh.log')}'\nexec git upload-pack '${origin}'\n`);
  writeFileSync(config, `[url "ssh://git@${host}/"]\n  insteadOf = https://${host}/\n`);
  return { GIT_CONFIG_GLOBAL: config, GIT_SSH_COMMAND: `sh ${script}`, GIT_SSH_VARIANT: 'simple' };
}
