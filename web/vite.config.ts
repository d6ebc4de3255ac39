import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know light-dark() and nesting: every release since May 2024. Older ones would get three times the CSS.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Fonts stay files, so that the page's first bytes are the page's.
    assetsInlineLimit: 0,
  },
});
