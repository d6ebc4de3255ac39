import { defineConfig } from 'vite';

// One file without dependencies, for any Node that people have. Imports that are asked for later stay closures in it, so that a
// hook evaluates nothing but itself.
export default defineConfig({
  build: {
    ssr: 'flightdeck.ts',
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node20',
    minify: true,
    rolldownOptions: { output: { entryFileNames: 'flightdeck.mjs', codeSplitting: false, banner: '#!/usr/bin/env node' } },
  },
  ssr: { noExternal: true },
});
