// A worker as `annotate worker` is one, told by a message where the PostgreSQL is; ends when it is told so, saves and gives back before.
import { runWorker } from '../../src/queue/worker.ts'
import { TRAINING } from '../../src/training/queue/lane.ts'

const stop = new AbortController()
process.on('disconnect', () => process.exit(1))
process.on('message', (message: { url: string; folder: string } | 'stop') => {
  if (message === 'stop') return stop.abort()
  const onReady = (): void => void process.send!('ready')
  const say = (line: string): void => void process.send!(line)
  void runWorker({ ...message, kinds: [TRAINING], processes: 1, signal: stop.signal, onReady, say }).then(
    () => process.exit(0),
  )
})
