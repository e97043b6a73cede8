// `npm run bench [-- --short] [--json] [name …]`: runs the benches in this folder, or those named, and prints one table, or their rows as JSON.
import { availableParallelism, cpus } from 'node:os'
import { benchNames, type Bench, type Effort, type Row } from './bench.ts'
import { formatTable } from './table.ts'

const all = benchNames()
const words = process.argv.slice(2)
const effort: Effort = words.includes('--short') ? 'short' : 'full'
const asked = words.filter((word) => word !== '--short' && word !== '--json')
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${all.join(', ')}.\n`)
  process.exit(1)
}

const groups: { bench: string; title: string; rows: Row[] }[] = []
for (const name of asked.length === 0 ? all : asked) {
  const bench = (await import(`./${name}.ts`)) as Bench
  if (bench.onRequest === true && asked.length === 0 && effort === 'full') {
    process.stderr.write(`${bench.title}: takes minutes, ask for it by name (${name})\n`)
    continue
  }
  process.stderr.write(`${bench.title} …\n`)
  const began = performance.now()
  try {
    groups.push({ bench: name, title: bench.title, rows: await bench.run(effort) })
    process.stderr.write(`  took ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`)
  }
}

if (words.includes('--json')) console.log(JSON.stringify({ effort, ...machine(), benches: groups }))
else printTable()

function machine(): { node: string; cpu: string; cores: number } {
  return { node: process.version, cpu: cpus()[0]?.model ?? 'unknown CPU', cores: availableParallelism() }
}

function printTable(): void {
  const { node, cpu, cores } = machine()
  console.log(`Node ${node}, ${cpu}, ${cores} cores`)
  if (effort === 'short')
    console.log('The short form: it shows that the benches run; its figures mean nothing.')
  console.log(formatTable(groups))
}
