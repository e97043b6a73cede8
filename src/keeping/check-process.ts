// The process that reads a database page by page, and answers its state as JSON. Argument: the file.
import { checkDatabase } from '../core/database-check.ts'
import { inChild } from './child.ts'

const [, , database = ''] = process.argv
await inChild(database, () => void process.stdout.write(JSON.stringify(checkDatabase(database))))
