// A long training of the CNN in many small pieces, each of them saved; says its resident memory after every epoch. Arguments: data file, folder, epochs.
import { readFileSync } from 'node:fs'
import { deserialize } from 'node:v8'
import { cnn } from '../../src/models/cnn.ts'
import { JobFiles } from '../../src/training/jobs/job-files.ts'
import { runJob } from '../../src/training/jobs/run-job.ts'
import type { Job } from '../../src/training/learning/job.ts'
import type { StateSource } from '../../src/training/learning/views.ts'

const [, , file, folder, epochs] = process.argv
const { source, job } = deserialize(readFileSync(file!)) as { source: StateSource; job: Job }
const long: Job = { ...job, options: { ...job.options, epochs: Number(epochs) } }
const files = new JobFiles(folder!)
await runJob(cnn, source, long, {
  onEpoch: () => {
    gc!()
    process.send!(process.memoryUsage().rss)
  },
  onPiece: (save) => files.save(long, save()),
})
