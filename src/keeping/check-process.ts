// The process that reads a database page by page, and answers its state as JSON. Argument: the file.
import { checkDatabase } from '../core/database-check.ts'

process.stdout.write(JSON.stringify(checkDatabase(process.argv[2] ?? '')))
