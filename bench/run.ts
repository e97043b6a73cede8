// `npm run bench [name …]`: runs the benches in this folder, or those named, and prints one table.
import { readdirSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Bench, Row } from './bench.ts'
import { formatTable } from './table.ts'

const notBenches = new Set(['run.ts', 'bench.ts', 'table.ts'])
const asked = process.argv.slice(2)

const names = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith('.ts') && !notBenches.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => asked.length === 0 || asked.includes(name))
  .toSorted()

const groups: { title: string; rows: Row[] }[] = []
for (const name of names) {
  const bench = (await import(`./${name}.ts`)) as Bench
  if (bench.onRequest === true && asked.length === 0) {
    process.stderr.write(`${bench.title}: takes minutes, ask for it by name (${name})\n`)
    continue
  }
  process.stderr.write(`${bench.title} …\n`)
  try {
    groups.push({ title: bench.title, rows: await bench.run() })
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`)
  }
}

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores`)
console.log(formatTable(groups))
if (names.length === 0) {
  process.stderr.write(`No bench is called ${asked.join(', ')}.\n`)
  process.exitCode = 1
}
