// What of the page's state may be seen with the future hidden.
import { describe, expect, it } from 'vitest'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { beginMark } from '../../../src/web/state/mark.ts'
import { asSeen } from '../../../src/web/state/seen.ts'

const NOW = Date.UTC(2024, 7, 9, 12)
const iso = (seconds: number) => new Date(NOW + seconds * 1000).toISOString()

/** All lists hold what is of before and of after NOW; nothing is hidden yet. */
function full(): AppState {
  const annotation = (id: string, entry: number, exit: number, warnings: string[] = []) => ({
    id,
    entry: { timestamp: iso(entry), price: 10 },
    exit: { timestamp: iso(exit), price: 11 },
    warnings,
  })
  const call = (id: string, opened: number, ended: number | null) => ({
    id,
    opened_at: iso(opened),
    outcome: ended === null ? 'open' : 'right',
    outcome_at: ended === null ? null : iso(ended),
    outcome_pct: ended === null ? null : 0.4,
    matched_annotation: 'a',
  })
  const signal = (seconds: number) => ({ id: seconds, timestamp: iso(seconds) })
  const miss = (seconds: number, id: string | null) => ({
    kind: id === null ? 'false_call' : 'missed_annotation',
    timestamp: iso(seconds),
    annotation_id: id,
  })
  const part = {
    annotations: [
      annotation('later', 10, 20),
      annotation('open', -5, 5),
      annotation('past', -20, 0, [`Overlaps the SHORT annotation entered at ${iso(-5)}.`, 'A loss.']),
    ],
    selected: 'later',
    reviewed: [
      { id: 'past', from: iso(-90), to: iso(-60) },
      { id: 'open', from: iso(-30), to: iso(30) },
      { id: 'later', from: iso(40), to: iso(50) },
    ],
    signals: [signal(1), signal(0), signal(-1)],
    calls: [signal(-1), signal(1)],
    followed: [call('later', 3, null), call('open', -3, 4), call('past', -30, -20)],
    call: 'open',
    runs: [
      { id: 'run', validation: { misses: [miss(9, null), miss(-5, 'open'), miss(-40, null)] } },
      { id: 'old', validation: null },
    ],
    misses: { run: 'run', index: 2, done: [] },
    preview: { hits: 3 },
    priceNow: 2345.67,
    behind: 3000,
    sessions: [
      { id: 's', accuracy: 0.7, warnings: ['now'], position: { side: 'LONG' }, outcomes: { right: 3 } },
    ],
    health: {
      now: iso(60),
      warnings: ['w'],
      data_sources: [{ state: 'streaming', last_event: iso(59), lag_ms: 3 }],
    },
  }
  return { ...store.get(), ...(part as unknown as Partial<AppState>), cursor: cursorAt(0, false) }
}

const cursorAt = (seconds: number, hidesFuture = true): AppState['cursor'] => ({
  time: NOW + seconds * 1000,
  follows: false,
  hidesFuture,
})

describe('what may be seen', () => {
  it('is everything, the same object, while nothing is hidden', () => {
    const state = full()
    expect(asSeen(state)).toBe(state)
  })

  it('is nothing later than the cursor: no mark before its exit, no outcome before it came', () => {
    const state = { ...full(), cursor: cursorAt(0) }
    const seen = asSeen(state)
    expect(seen.annotations.map(({ id }) => id)).toEqual(['past'])
    // Nor is a hidden mark told of by another's warning.
    expect(seen.annotations[0]?.warnings).toEqual(['A loss.'])
    expect(seen.selected).toBeNull()
    expect(seen.reviewed.map(({ from, to }) => [from, to])).toEqual([
      [iso(-90), iso(-60)],
      [iso(-30), iso(0)],
    ])
    expect(seen.signals.map(({ id }) => id)).toEqual([0, -1])
    expect(seen.calls).toHaveLength(1)
    expect(seen.followed).toMatchObject([
      { id: 'open', outcome: 'open', outcome_pct: null, outcome_at: null, matched_annotation: null },
      { id: 'past', outcome: 'right', outcome_pct: 0.4 },
    ])
    expect(seen.call).toBe('open')
    expect(seen.runs[0]?.validation?.misses.map(({ timestamp }) => timestamp)).toEqual([iso(-40)])
    expect(seen.runs[1]).toBe(state.runs[1])
    expect(seen.misses?.index).toBe(-1)
    expect(seen).toMatchObject({ preview: null, priceNow: null, behind: 0 })
    expect(seen.sessions[0]).toEqual({
      id: 's',
      accuracy: null,
      warnings: [],
      outcomes: { right: 3, right_share: null, right_interval: null },
    })
    expect(JSON.stringify(seen.health?.data_sources)).not.toContain(iso(59))
  })

  it('comes in view as the cursor goes on, and the miss in hand keeps its place', () => {
    const state = full()
    const at = (seconds: number) => asSeen({ ...state, cursor: cursorAt(seconds) })
    expect(at(5).annotations.map(({ id }) => id)).toEqual(['open', 'past'])
    expect(at(5).annotations[1]?.warnings).toHaveLength(2)
    expect(at(4).followed[0]).toMatchObject({ id: 'later' })
    expect(at(4).followed[1]).toMatchObject({ id: 'open', outcome: 'right' })
    expect(at(60).annotations).toBe(state.annotations)
    expect(at(60).reviewed).toBe(state.reviewed)
    expect(at(60).runs).toBe(state.runs)
    expect(at(9).misses?.index).toBe(2)
    const second = { ...state, misses: { run: 'run', index: 0, done: [] } }
    expect(asSeen({ ...second, cursor: cursorAt(-1) }).misses?.index).toBe(0)
  })

  it('keeps the identity of what a moving cursor does not change', () => {
    const state = full()
    const [a, b] = [asSeen({ ...state, cursor: cursorAt(-2) }), asSeen({ ...state, cursor: cursorAt(-1.5) })]
    for (const name of ['annotations', 'signals', 'calls', 'followed', 'runs', 'sessions', 'health'] as const)
      expect(b[name]).toBe(a[name])
  })

  it('is of a mark in hand only what lies before the cursor', () => {
    const leg = (seconds: number) => ({ time: NOW + seconds * 1000, price: 10 })
    const begun = beginMark(leg(-5), { mode: 'replay', visibleUntil: NOW, startedAt: 0 })
    const state = { ...full(), mark: { ...begun, exit: leg(5), preview: leg(3) } }
    expect(asSeen({ ...state, cursor: cursorAt(5) }).mark).toBe(state.mark)
    expect(asSeen({ ...state, cursor: cursorAt(3) }).mark).toMatchObject({ exit: null, preview: leg(3) })
    expect(asSeen({ ...state, cursor: cursorAt(0) }).mark).toMatchObject({ exit: null, preview: null })
    expect(asSeen({ ...state, cursor: cursorAt(-6) }).mark).toBeNull()
  })
})
