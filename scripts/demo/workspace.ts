import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { CreatedSnapshot } from '../../wire/snapshot.ts';
import type { Account } from '../local/account.ts';

/** The files of the demo's login race, as its session leaves them. */
const demoFiles: Record<string, string> = {
  '.gitignore': 'node_modules\ndist\n.env\n',
  'README.md': '# Checkout\n\nThe shop’s basket, its payments and who is logged in.\n',
  'package.json': '{ "name": "checkout", "type": "module", "scripts": { "test": "node --test" } }\n',
  'bin/serve': '#!/usr/bin/env node\nimport "../src/server.ts";\n',
  'src/login/refresh.ts':
    'export async function rotate(token: string) {\n  // One statement: who loses the race finds no row.\n}\n',
  'src/login/refresh.test.ts': 'test("two tabs refresh at once, and both stay logged in", () => {});\n',
  'src/login/session.ts': 'export interface Login { id: string; expiresAtMs: number }\n',
  'src/payments/capture.ts': 'export const capture = (amount: number) => amount;\n',
  'src/server.ts': 'import { rotate } from "./login/refresh.ts";\n',
};

/** Keeps a small workspace as a snapshot of a session. */
export const demoSnapshot = (account: Account, sessionId: string, name: string): Promise<CreatedSnapshot> =>
  uploadSnapshot(account, sessionId, name, demoFiles);

/** Keeps files, by their paths, as a snapshot of a session; those in `bin/` are programs. */
export async function uploadSnapshot(
  account: Account,
  sessionId: string,
  name: string,
  files: Record<string, string>,
): Promise<CreatedSnapshot> {
  const entries = Object.entries(files).map(([path, body]) => {
    const mode = path.startsWith('bin/') ? 0o755 : 0o644;
    return { header: { name: path, size: Buffer.byteLength(body), mode, type: 'file' as const }, body };
  });
  const path = `/api/sessions/${sessionId}/snapshots/upload?${new URLSearchParams({ name })}`;
  return account.call('POST', path, gzipSync(await packTar(entries)), { 'content-type': 'application/gzip' });
}
