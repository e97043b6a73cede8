// Writes the table of parameters in docs/training.md from the rows of src/contract/parameters.ts and the models' own defaults.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { withTable } from './docs/parameter-table.ts'

const path = fileURLToPath(new URL('../docs/training.md', import.meta.url))
await writeFile(path, withTable(await readFile(path, 'utf8')))
