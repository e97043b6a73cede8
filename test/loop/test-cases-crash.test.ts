// Killed in the middle of writing: what was answered is there, and after the repair every annotation has its case and nothing else does.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openFilledRoom, openFolder, openRoom } from '../unit/annotation/fixture.ts'

const CHILD = new URL('annotate-until-killed.ts', import.meta.url).pathname

/** What the child said until it was killed, `answers` answers after its first. */
async function killAfter(folder: string, answers: number): Promise<Map<string, string>> {
  const said = new Map<string, string>()
  const child = fork(CHILD, [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let heard = 0
  child.on('message', (message: string) => {
    const [what = '', id = ''] = message.split(' ')
    said.set(id, what)
    heard += 1
    if (heard === answers) setTimeout(() => child.kill('SIGKILL'), answers % 7)
  })
  await once(child, 'exit')
  return said
}

describe('a crash while annotating', () => {
  it('loses nothing that was answered', async () => {
    const folder = openFolder()
    await openFilledRoom(folder).close()
    const said = new Map<string, string>()
    for (const answers of [3, 11, 16]) {
      for (const [id, what] of await killAfter(folder, answers)) said.set(id, what)
      const room = openRoom(folder)
      const { faults } = await room.testCases.repair()
      expect(faults).toEqual([])
      const states = await room.testCases.list()
      expect(states.every(({ state }) => state === 'complete')).toBe(true)
      const standing = new Set(states.map(({ annotation_id }) => annotation_id))
      expect(new Set(readdirSync(room.workspace.testCases))).toEqual(
        new Set([...standing].map((id) => `annotation_${id}.json`)),
      )
      const deleted = new Set((await room.annotations.list({ deleted: true })).map(({ id }) => id))
      for (const [id, what] of said) {
        // A delete that was cut off before its answer may have happened or not.
        if (what === 'there') expect(standing.has(id) || deleted.has(id)).toBe(true)
        else expect(standing.has(id)).toBe(false)
      }
      await room.close()
    }
    expect(said.size).toBeGreaterThan(15)
  })
})
