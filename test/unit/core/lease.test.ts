// The lease that one of several processes holds, on a real PostgreSQL: taken over where it ran out, fenced by a token, not where PostgreSQL stood still.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CopyingPostgres } from '../../../src/core/postgres/copying.ts'
import { Lease, leaseMigrations } from '../../../src/core/postgres/lease.ts'
import { openPostgres } from '../../../src/core/postgres/open.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'

onPostgresAlone((newPlace) => {
  let place: Place
  let db: CopyingPostgres
  beforeAll(async () => {
    place = await newPlace()
    await (await openPostgres(place.url, leaseMigrations)).close()
    db = new CopyingPostgres(place.url)
  })
  afterAll(async () => {
    await db.close()
    await place.remove()
  })

  const taken = async (holder: string, before?: number): Promise<Lease> => {
    const lease = await Lease.take(db, 'it', holder, before)
    if (lease instanceof Lease) return lease
    throw new Error(`held by ${lease.heldBy}`)
  }
  const runOut = () => db.ask('UPDATE lease SET ends_at = 0')
  const fence = async () => (await db.ask<{ token: number }>('SELECT token FROM lease_fence'))[0]?.token

  it('one at a time has it; the next has a greater token, and the one before is refused', async () => {
    const first = await taken('first')
    await expect(taken('second')).rejects.toThrow('held by first')
    expect(await first.renew()).toBe(true)
    await runOut()
    const second = await taken('second')
    expect(second.token).toBeGreaterThan(first.token)
    expect([await first.renew(), await second.renew(), await fence()]).toEqual([false, true, second.token])
    await second.release()
    expect((await taken('first')).token).toBe((await fence()) ?? 0)
  })

  it('is not taken later than was meant: while PostgreSQL stood still nobody could renew it', async () => {
    await runOut()
    const look = await Lease.look(db, 'it')
    expect(look).toMatchObject({ heldBy: 'first', isOver: true })
    await expect(taken('second', look!.now)).rejects.toThrow('held by first')
    await expect(taken('second', look!.now + 600_000)).resolves.toBeInstanceOf(Lease)
  })

  it('says which servers are there, but for the one that asks', async () => {
    const workspace = { root: '/one' } as Parameters<typeof Lease.ofPresence>[1]
    const there = await Lease.ofPresence(db, workspace)
    const [one] = await Lease.others(db, 'another')
    expect(one).toMatch(/:\/one$/)
    expect(await Lease.others(db, one!)).toEqual([])
    await there.release()
    expect(await Lease.others(db, 'another')).toEqual([])
  })
})
