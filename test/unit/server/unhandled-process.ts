// A process that fails twice where nobody catches: by a promise, then by an exception. Prints what it went through.
import { watchUnhandled } from '../../../src/server/unhandled.ts'

const say = (words: string): void => console.log(words)
const log = {
  info: (_facts: object, words: string) => say(words),
  warn: (_facts: object, words: string) => say(words),
  error: (_facts: object, words: string) => say(words),
}
const unhandled = watchUnhandled(log, () => {
  say('ended in order')
  process.exitCode = 1
})
setTimeout(() => {
  const lost = Promise.reject(new Error('nobody waits'))
  say(typeof lost)
}, 1)
setTimeout(() => say(`still here after ${unhandled.count()}`), 20)
setTimeout(() => {
  throw new Error('nobody catches')
}, 40)
