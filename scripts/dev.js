// `npm run dev`: the server, restarted when its sources change, and vite's page with hot reload; arguments go to `serve`.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies, requireNode, root } from './setup.js'

requireNode()
ensureDependencies()

const inModules = (path) => join(root, 'node_modules', path)
const watch = [
  inModules('tsx/dist/cli.mjs'),
  'watch',
  '--clear-screen=false',
  join(root, 'src/cli/main.ts'),
  'serve',
]
const children = [
  [...watch, ...process.argv.slice(2)],
  [inModules('vite/bin/vite.js'), '--clearScreen', 'false'],
].map((args) =>
  spawn(process.execPath, args, { cwd: process.cwd(), stdio: ['ignore', 'inherit', 'inherit'] }),
)

const stop = () => children.forEach((child) => child.kill('SIGTERM'))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
for (const child of children) child.on('exit', stop)
