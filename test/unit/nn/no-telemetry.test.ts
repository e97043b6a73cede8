// A model that is opened is told to nobody: ONNX Runtime keeps neither a number of this machine nor a database of events to send.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const PROGRAM = fileURLToPath(new URL('opens-a-session.ts', import.meta.url))
/** What keeps it quiet in any case, as in CI, and where it would write otherwise. */
const LEFT_OUT = /^(CI|.*_CI|ORT_.*|XDG_.*|TF_BUILD|GITHUB_ACTIONS|BUILD_.*|JENKINS_URL)$/

it('leaves nothing in the home folder of whoever runs it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'annotate-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const kept = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name))
  const child = fork(PROGRAM, { env: { ...Object.fromEntries(kept), HOME: home } })
  const [squares] = (await once(child, 'message')) as [number[]]
  await once(child, 'exit')
  expect(squares).toEqual([4, 9])
  expect(
    readdirSync(home, { recursive: true }).filter((name) => /microsoft|onnx/i.test(String(name))),
  ).toEqual([])
})
