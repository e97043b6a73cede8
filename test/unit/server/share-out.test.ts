// How servers share markets out, step by step: evenly, each market one server's, and nothing moves without need.
import { describe, expect, it } from 'vitest'
import { LEFT_OVER_MS, shareOf, type SharedMarket } from '../../../src/server/beside/share-out.ts'
import { randomFrom } from '../../../src/nn/random.ts'

/** Servers that look one after the other, as fast as they can; each takes, gives and asks as the rule says. */
class Desk {
  readonly markets: SharedMarket[]
  readonly places = new Set<string>()
  moves = 0
  readonly #canTake: (place: string, key: string) => boolean

  constructor(keys: readonly string[], canTake: (place: string, key: string) => boolean = () => true) {
    this.markets = keys.map((key) => ({ key, holder: null, freeFor: 0, wantedBy: null }))
    this.#canTake = canTake
  }

  round(): void {
    for (const me of this.places) {
      const canTake = (key: string): boolean => this.#canTake(me, key)
      const { take, give, want } = shareOf(this.markets, { me, places: [...this.places], canTake })
      for (const key of take) {
        this.#set(key, { holder: me, wantedBy: null, freeFor: 0 })
        this.moves += 1
      }
      if (give !== null) this.#set(give, { holder: null })
      for (const { key, wantedBy } of this.markets) if (wantedBy === me) this.#set(key, { wantedBy: null })
      if (want !== null) this.#set(want, { wantedBy: me })
    }
    for (const { key, holder, freeFor } of this.markets)
      if (holder === null) this.#set(key, { freeFor: freeFor + LEFT_OVER_MS / 3 })
  }

  rounds(count: number): void {
    for (let n = 0; n < count; n += 1) this.round()
  }

  kill(place: string): void {
    this.places.delete(place)
    for (const { key, holder } of this.markets) if (holder === place) this.#set(key, { holder: null })
  }

  counts(): number[] {
    return [...this.places].map((place) => this.markets.filter(({ holder }) => holder === place).length)
  }

  #set(key: string, change: Partial<SharedMarket>): void {
    const at = this.markets.findIndex((each) => each.key === key)
    this.markets[at] = { ...this.markets[at]!, ...change }
  }
}

const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `m${n}`)

describe('markets are shared out', () => {
  it('one server takes all; one that comes is given half, one by one, and then nothing moves', () => {
    const desk = new Desk(keys(10))
    desk.places.add('a')
    desk.round()
    expect([desk.counts(), desk.moves]).toEqual([[10], 10])
    desk.places.add('b')
    desk.rounds(30)
    expect([desk.counts(), desk.moves]).toEqual([[5, 5], 15])
    desk.rounds(30)
    expect(desk.moves).toBe(15)
  })

  it('what a killed one had is taken at once, and nothing else moves', () => {
    const desk = new Desk(keys(12))
    for (const place of ['a', 'b', 'c']) desk.places.add(place)
    desk.rounds(40)
    expect(desk.counts()).toEqual([4, 4, 4])
    const before = new Map(desk.markets.map(({ key, holder }) => [key, holder]))
    desk.kill('b')
    const { moves } = desk
    desk.round()
    expect([desk.counts(), desk.moves - moves]).toEqual([[6, 6], 4])
    for (const { key, holder } of desk.markets)
      if (before.get(key) !== 'b') expect(holder).toBe(before.get(key))
  })

  it('what only some can follow is theirs, however uneven', () => {
    const desk = new Desk(keys(6), (place, key) => place === 'a' || key === 'm0')
    for (const place of ['a', 'b']) desk.places.add(place)
    desk.rounds(40)
    expect(desk.markets.every(({ holder }) => holder !== null)).toBe(true)
    expect(desk.markets.filter(({ holder }) => holder === 'b').length).toBeLessThanOrEqual(1)
    const { moves } = desk
    desk.rounds(40)
    expect(desk.moves).toBe(moves)
  })

  it('whatever comes and goes: even in the end, no market left, none moved that need not be', () => {
    const random = randomFrom(7)
    const desk = new Desk(keys(17))
    desk.places.add('s0')
    for (let n = 1; n < 60; n += 1) {
      const all = [...desk.places]
      if (all.length > 1 && random() < 0.45) desk.kill(all[Math.floor(random() * all.length)]!)
      else desk.places.add(`s${n}`)
      desk.rounds(40)
      const counts = desk.counts()
      expect(Math.max(...counts) - Math.min(...counts), JSON.stringify(counts)).toBeLessThanOrEqual(1)
      expect(desk.markets.every(({ holder }) => holder !== null)).toBe(true)
      const { moves } = desk
      desk.rounds(5)
      expect(desk.moves).toBe(moves)
    }
  })
})
