import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The API server that `vite` (development only) passes /api on to. */
const api = process.env['MORTISE_PUBLIC_URL'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and images stay files of their own: data: URLs would be downloaded by those who do not need them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What changes with our pages and what changes with our dependencies are cached apart.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'tanstack', test: /node_modules\/@tanstack\// },
            { name: 'contract', test: /(node_modules\/zod|contract)\// },
            {
              name: 'radix',
              test: /node_modules\/(@radix-ui|radix-ui|@floating-ui|aria-hidden|react-remove-scroll)/,
            },
          ],
        },
      },
    },
  },
  server: { port: 4080, proxy: { '/api': { target: api, changeOrigin: true } } },
});
