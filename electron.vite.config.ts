import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// The oldest Electron that the app runs on: Electron 33, the fallback for development and tests.
const node = 'node20.18';
const chrome = 'chrome130';

export default defineConfig({
  main: {
    build: {
      target: node,
      // Everything in a few files: the app starts several times quicker than from hundreds in node_modules.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/main/index.ts', sandbox: 'src/main/sandbox/process.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: node,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        // A sandboxed preload is loaded as CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      target: chrome,
      // The content security policy has no data: for scripts and styles, and a font is better as a file.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: join(import.meta.dirname, 'src/renderer/index.html') } },
    },
  },
});
