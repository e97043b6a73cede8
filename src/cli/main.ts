// `annotate <verb>`: the command line.
import { Command } from 'commander'
import { VERSION } from '../core/version.ts'
import { verbs } from './verbs.ts'

const program = new Command('annotate')
  .description('Mark profitable trades on charts; models learn from the marks and watch the live market.')
  .version(VERSION)
  .helpOption('-h, --help', 'show this help')
  .showHelpAfterError('Run annotate --help to see the verbs.')

for (const verb of await verbs(process.argv.slice(2, 4))) program.addCommand(verb)

// Whoever reads the output may stop reading: `annotate infer … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(1)
})

await program.parseAsync()
