import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../web', import.meta.url));

test('what a browser has to fetch before the first screen is under 60 KB of gzipped JavaScript', async () => {
  // One input without watching: the answer is a single output.
  const { output } = (await build({ root, logLevel: 'silent', build: { write: false } })) as Rolldown.RolldownOutput;
  const chunks = new Map(output.flatMap((part) => (part.type === 'chunk' ? [[part.fileName, part] as const] : [])));
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  const first = new Set<string>();
  const add = (fileName: string) => {
    if (first.has(fileName)) return;
    first.add(fileName);
    chunks.get(fileName)?.imports.forEach(add);
  };
  add(entry?.fileName ?? '');
  const bytes = [...first].reduce((sum, fileName) => sum + gzipSync(chunks.get(fileName)?.code ?? '').length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(60_000);
});
