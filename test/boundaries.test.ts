import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../worker/version.ts';

const root = join(import.meta.dirname, '..');

interface SourceFile {
  path: string;
  text: string;
  imports: { from: string; typeOnly: boolean }[];
}

const files = globSync('{wire,worker,web,cli}/**/*.{ts,tsx}', { cwd: root })
  .map((path) => relative('.', path).replaceAll('\\', '/'))
  .filter((path) => !path.includes('/dist/') && !path.endsWith('.d.ts'))
  .map((path): SourceFile => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): SourceFile['imports'] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)';/gm);
  const calls = text.matchAll(/\bimport\('([^']+)'\)/g);
  const resolve = (name: string) => (name.startsWith('.') ? posix.join(dirname(path), name) : name);
  return [
    ...[...statements].map(([statement, type, name = '']) => ({ from: resolve(name), typeOnly: isTypeOnly(statement, type) })),
    ...[...calls].map(([, name = '']) => ({ from: resolve(name), typeOnly: false })),
  ];
}

/** `import type …`, or braces in which every name is a type. */
function isTypeOnly(statement: string, type: string | undefined): boolean {
  if (type) return true;
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return names?.filter(Boolean).every((name) => name.startsWith('type ')) ?? false;
}

/** Which layer a path belongs to; a file at worker/'s top level is a layer of its own name. */
function layerOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'worker' ? `worker/${second.replace(/\.ts$/, '')}` : top;
}

// What each layer may import of ours, besides itself. Layers below come first; nothing points up.
const plumbing = [
  ...['worker/env', 'worker/errors', 'worker/context', 'worker/valid', 'worker/version'],
  ...['worker/read-body', 'worker/request-origin', 'worker/ids', 'worker/lru', 'worker/rate-limit-fields', 'worker/stream-of'],
  ...['worker/gunzip-at-most', 'worker/half-set'],
];
const below = ['wire', 'worker/domain'];
const allowed: Record<string, string[]> = {
  wire: [],
  'worker/domain': ['wire'],
  'worker/version': [],
  'worker/half-set': ['worker/env'],
  'worker/ids': [],
  'worker/lru': [],
  'worker/stream-of': [],
  'worker/gunzip-at-most': [],
  'worker/rate-limit-fields': [],
  'worker/request-origin': [],
  'worker/env': ['worker/rooms'],
  'worker/errors': ['wire', 'worker/rate-limit-fields'],
  'worker/context': ['worker/domain', 'worker/env', 'worker/middleware'],
  'worker/valid': ['worker/errors'],
  'worker/read-body': ['wire', 'worker/errors'],
  'worker/store': [...below, 'worker/env', 'worker/gunzip-at-most'],
  'worker/adapters': [...below, 'worker/stream-of', 'worker/gunzip-at-most'],
  'worker/credentials': [...below, ...plumbing, 'worker/store'],
  'worker/rooms': [...below, ...plumbing, 'worker/store', 'worker/adapters', 'worker/credentials'],
  'worker/middleware': [...below, ...plumbing, 'worker/store', 'worker/rooms', 'worker/credentials'],
  'worker/routes': [
    ...below,
    ...plumbing,
    'worker/store',
    'worker/adapters',
    'worker/rooms',
    'worker/credentials',
    'worker/middleware',
  ],
  'worker/jobs': [...below, ...plumbing, 'worker/store', 'worker/adapters', 'worker/rooms'],
  'worker/app': ['worker/routes', 'worker/middleware', ...plumbing],
  'worker/cron': ['worker/jobs', 'worker/store', ...plumbing],
  'worker/index': ['worker/app', 'worker/cron', 'worker/rooms', ...plumbing],
  web: ['wire', 'worker/app'],
  cli: ['wire'],
};

const ours = (name: string) => /^(wire|worker|web|cli)\//.test(name);

describe('imports run one way', () => {
  it('finds the files it judges', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(500);
  });

  it('every folder of the Worker has its place in the order', () => {
    expect([...new Set(files.map(({ path }) => layerOf(path)))].filter((layer) => !(layer in allowed))).toEqual([]);
  });

  it('no layer imports one above it', () => {
    const wrong = files.flatMap(({ path, imports }) => {
      const layer = layerOf(path);
      const may = [layer, ...(allowed[layer] ?? [])];
      return imports.filter(({ from }) => ours(from) && !may.includes(layerOf(from))).map(({ from }) => `${path} → ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  it('what points up is a type: the environment names the rooms, the context its middleware, the client the API', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ from, typeOnly }) =>
            !typeOnly && ['worker/env', 'worker/context', 'web'].includes(layerOf(path)) && from.startsWith('worker/'),
        )
        .map(({ from }) => `${path} → ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('wire and domain know no platform and no library but the schema one', () => {
    const wrong = files
      .filter(({ path }) => ['wire', 'worker/domain'].includes(layerOf(path)))
      .flatMap(({ path, imports }) =>
        imports.filter(({ from }) => !ours(from) && from !== 'zod/mini').map(({ from }) => `${path} → ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  it('only the store imports drizzle', () => {
    const wrong = files
      .filter(({ path }) => layerOf(path) !== 'worker/store')
      .flatMap(({ path, imports }) =>
        imports.filter(({ from, typeOnly }) => from.startsWith('drizzle') && !typeOnly).map(() => path),
      );
    expect(wrong).toEqual([]);
  });

  it('the whole of zod is never bundled', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports.filter(({ from, typeOnly }) => from === 'zod' && !typeOnly).map(() => path),
    );
    expect(wrong).toEqual([]);
  });
});

describe('one place for each thing', () => {
  it('only rooms/index.ts makes stubs', () => {
    const stubs = /\.(getByName|idFromName|newUniqueId|idFromString)\(/;
    expect(
      files.filter(({ path, text }) => stubs.test(text) && path !== 'worker/rooms/index.ts').map(({ path }) => path),
    ).toEqual([]);
  });

  it('only the Worker entry and configurations have a default export', () => {
    const judged = files.filter(({ path }) => !path.endsWith('.config.ts'));
    const defaults = judged.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path);
    expect(defaults).toEqual(['worker/index.ts']);
  });

  it('no file is a drawer: no utils, helpers, services, managers, controllers, types', () => {
    const drawers = /(^|\/)(utils?|helpers?|services?|managers?|controllers?|types)(\/|\.tsx?$)/;
    expect(files.filter(({ path }) => drawers.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('the version is the same everywhere', () => {
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe(version);
  });
});
