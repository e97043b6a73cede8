// What is shown as of its second stands still there: nothing that played before walks away from it.
import { expect, it } from 'vitest'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import { showCall } from '../../../src/web/actions/calls.ts'
import { changeSpeed, playing, togglePlay } from '../../../src/web/actions/play.ts'
import { store } from '../../../src/web/state/app-state.ts'

it('a call that is chosen while the past is played ends the playing, and is the one that is looked at', async () => {
  store.set({ cursor: { time: 5000, follows: false, hidesFuture: true } })
  changeSpeed(1)
  togglePlay()
  expect(playing.get().isPlaying).toBe(true)
  await showCall({ id: 'c', opened_at: '2026-01-15T10:30:06Z' } as CallOut)
  expect(playing.get().isPlaying).toBe(false)
  const { call, cursor } = store.get()
  expect(call).toBe('c')
  expect(cursor).toEqual({ time: Date.parse('2026-01-15T10:30:06Z'), follows: false, hidesFuture: true })
})
