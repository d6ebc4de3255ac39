/** Runs one of our own commands in a process that outlives this one and the agent. Nobody waits to hear what becomes of it. */
export function runInBackground(...args: string[]): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const [, script = ''] = process.argv;
  const child = spawn(process.execPath, [script, ...args], { detached: true, stdio: 'ignore', cwd: '/' });
  child.on('error', () => undefined);
  child.unref();
}
