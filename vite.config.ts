// Builds the page (src/web) into dist/; `npm run dev` serves it with /api passed on to a running `annotate serve`.
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const server = process.env['ANNOTATE_SERVER'] ?? 'http://127.0.0.1:8050'

export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The server refuses what another page's origin sends: pass for its own page.
    proxy: { '/api': { target: server, changeOrigin: true, headers: { origin: server } } },
  },
})
