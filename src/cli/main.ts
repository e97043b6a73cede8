// `annotate <verb>`: the command line.
import { Command } from 'commander'
import { VERSION } from '../server/version.ts'
import { annotateVerb } from './verbs/annotate.ts'
import { exportVerb } from './verbs/export.ts'
import { importVerb } from './verbs/import.ts'
import { inferVerb } from './verbs/infer.ts'
import { serveVerb } from './verbs/serve.ts'
import { testCasesVerb } from './verbs/test-cases.ts'
import { trainVerb } from './verbs/train.ts'

const program = new Command('annotate')
  .description('Mark profitable trades on charts; models learn from the marks and watch the live market.')
  .version(VERSION)
  .helpOption('-h, --help', 'show this help')
  .showHelpAfterError('Run annotate --help to see the verbs.')

for (const each of [serveVerb, importVerb, annotateVerb, testCasesVerb, trainVerb, inferVerb, exportVerb]) {
  program.addCommand(each())
}

// Whoever reads the output may stop reading: `annotate infer … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(1)
})

await program.parseAsync()
