import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

/**
 * Importing one of Node's own modules evaluates all its exports, which for `node:fs` alone takes longer than what a hook has to do; so
 * each name that is used is fetched by itself.
 */
const builtins: Plugin = {
  name: 'builtins',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('node:') ? `\0${id}` : undefined),
  load: async (id) => {
    if (!id.startsWith('\0node:')) return undefined;
    const name = id.slice(1);
    const names = Object.keys(await import(name)).filter((key) => key !== 'default');
    // A version of Node that cannot do this gets as far as the command's own words about it.
    const get = `const get = (key) => process.getBuiltinModule?.('${name}')?.[key];`;
    return [get, ...names.map((key) => `export const ${key} = /* @__PURE__ */ get('${key}');`)].join('\n');
  },
};

/** What is not a hook is the other file. */
const apart: Plugin = {
  name: 'apart',
  enforce: 'pre',
  resolveId: (id) => (id === './main.ts' ? { id: './commands.mjs', external: true } : undefined),
};

/** Imports that are asked for later stay closures in their file, so that a command evaluates nothing but itself. */
const fileOf = (input: string, entryFileNames: string, banner?: string): EnvironmentOptions => ({
  consumer: 'server',
  resolve: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    rolldownOptions: { input, output: { entryFileNames, codeSplitting: false, ...(banner && { banner }) } },
  },
});

// Two files without dependencies, for any Node that people have: what an agent waits for is a tenth of the whole, and Node compiles all
// of a file before it runs any.
export default defineConfig({
  plugins: [builtins, { ...apart, applyToEnvironment: ({ name }) => name === 'hook' }],
  environments: {
    commands: fileOf('main.ts', 'commands.mjs'),
    hook: fileOf('flightdeck.ts', 'flightdeck.mjs', '#!/usr/bin/env node'),
  },
  builder: {
    // What says whether a build is up to date comes last.
    buildApp: async (builder) => {
      for (const name of ['commands', 'hook']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
