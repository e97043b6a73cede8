// Alerts and deliveries, asked of each database: told once, due in order, counted, forgotten after a month.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AlertStore } from '../../../src/alerts/alert-store.ts'
import { alertMigrations } from '../../../src/alerts/schema.ts'
import type { DeliveryContent } from '../../../src/contract/alerts.ts'
import { DAY, epochMs, shift } from '../../../src/core/time.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'

const NOW = epochMs(Date.UTC(2124, 0, 15))
const test = (id: string): DeliveryContent => ({ id, type: 'test', call: null })

onEachDatabase((open) => {
  let database: OpenedDatabase
  let store: AlertStore
  beforeAll(async () => {
    database = await open(alertMigrations)
    store = new AlertStore(database)
    for (const id of ['b', 'a'])
      await store.add({ id, url: 'http://x', secret: 's', filters: {}, outcomes: id === 'a', createdAt: NOW })
  })
  afterAll(() => database.close())

  it('alerts come back oldest first, of one moment by id', async () => {
    expect((await store.alerts()).map(({ id, outcomes }) => [id, outcomes])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(await store.find('none')).toBeUndefined()
  })

  it('a delivery is due, fails, is tried again, is made, and is forgotten', async () => {
    for (const id of ['second', 'first']) expect(await store.enqueue('a', test(id), NOW)).toBe(true)
    // The same delivery a second time is none.
    expect(await store.enqueue('a', test('first'), NOW)).toBe(false)
    expect((await store.deliveries('a', {})).map(({ id }) => id)).toEqual(['first', 'second'])
    expect(await store.nextAt([])).toBe(NOW)
    expect(await store.nextAt(['a'])).toBeNull()
    expect(await store.due(NOW, ['a'])).toEqual([])
    await store.failed('first', 'refused', shift(NOW, 1000))
    expect((await store.due(NOW, [])).map(({ id }) => id)).toEqual(['second'])
    await store.failed('second', 'refused', null)
    expect(await store.find('a')).toMatchObject({ waiting: 1, dead: 1, delivered: 0 })
    await store.retry('second', shift(NOW, 2000))
    expect((await store.due(shift(NOW, 2000), [])).map(({ id, attempts }) => [id, attempts])).toHaveLength(2)
    await store.delivered({ id: 'first', alert: 'a' }, shift(NOW, 3000))
    expect(await store.delivery('a', 'first')).toMatchObject({ state: 'delivered', attempts: 2 })
    await store.delivered({ id: 'second', alert: 'a' }, shift(NOW, 31 * DAY))
    expect(await store.deliveries('a', {})).toEqual([])
    expect(await store.knows('a', 'call')).toBe(false)
  })

  it('an alert that is taken out takes what it had to tell with it', async () => {
    await store.enqueue('b', test('third'), NOW)
    await store.remove('b')
    expect(await store.delivery('b', 'third')).toBeUndefined()
    expect((await store.list()).map(({ id }) => id)).toEqual(['a'])
    // An alert that is not there is told of nothing.
    await expect(store.enqueue('b', test('fourth'), NOW)).rejects.toThrow(/foreign key/i)
  })
})
