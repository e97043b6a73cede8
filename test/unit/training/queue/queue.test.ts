// Training jobs in a real PostgreSQL: each is had by one worker at a time, has one result, goes on where it was, and is given up after three tries.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { RunBatch } from '../../../../src/training/queue/run-batch.ts'
import { LOST } from '../../../../src/queue/holding.ts'
import { giveUp } from '../../../../src/queue/job-lane.ts'
import { findQueue, openQueue } from '../../../../src/queue/open-queue.ts'
import { capacity, workersThere } from '../../../../src/queue/workers.ts'
import { onPostgresAlone, type Place } from '../../../postgres/each-database.ts'
import { jobOf, MODEL, queueAt, SOURCE, type QueueFixture } from './queue-fixture.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const answer = (text: string) => ({ result: bytes(text), news: [] })

onPostgresAlone((newPlace) => {
  let place: Place
  let at: QueueFixture
  beforeAll(async () => {
    place = await newPlace()
  })
  beforeEach(async () => {
    at = await queueAt(place)
  })
  afterEach(() => at.close())
  afterAll(() => place.remove())

  it('jobs are taken in their order, each once, with what they are trained on and how far they had come', async () => {
    const jobs = [jobOf(0), jobOf(5), jobOf(2)]
    await at.files.put(jobOf(5), 'state', bytes('half'))
    await at.batch.put(SOURCE, jobs, MODEL, at.files)
    const [a, b] = [await at.claims('a'), await at.claims('b')]
    const taken = [await a.take(), await b.take(), await a.take(), await b.take()]
    expect(taken.map((claim) => claim?.job ?? null)).toEqual([...jobs, null])
    expect(taken.map((claim) => claim?.piece?.toString() ?? null)).toEqual([null, 'half', null, null])
    expect(taken[0]).toMatchObject({ ...MODEL, batch: at.run, token: 1 })
  })

  it('who is there and what each has is told; who is not heard of is not there', async () => {
    await at.batch.put(SOURCE, [jobOf(0), jobOf(1)], MODEL, at.files)
    const [a] = [await at.claims('a'), await at.claims('b')]
    await a.take()
    const [first, second] = await workersThere(at.queue)
    expect(first).toMatchObject({
      host: 'a',
      features: ['avx2'],
      processes: 2,
      jobs: [{ kind: 'training', batch: at.run, number: 0 }],
    })
    expect(second).toMatchObject({ host: 'b', jobs: [] })
    expect(await capacity(at.queue)).toBe(4)
    await at.queue.db.ask(
      `UPDATE ${at.queue.schema}.worker SET beat_at = beat_at - interval '16 seconds' WHERE host = 'a'`,
    )
    expect((await workersThere(at.queue)).map(({ host }) => host)).toEqual(['b'])
    expect(await capacity(at.queue)).toBe(2)
  })

  it('a lost worker’s job goes on at another from its last piece, and what the first answers late is refused', async () => {
    await at.batch.put(SOURCE, [jobOf(0)], MODEL, at.files)
    const [a, b] = [await at.claims('a'), await at.claims('b')]
    const first = (await a.take())!
    expect(await a.keepPiece(first, bytes('as far as a came'))).toBe(true)
    // Heard of just now: nobody takes it.
    const [held] = await at.batch.look()
    expect(await at.batch.takeFrom(held!)).toBe(false)
    expect(await b.take()).toBeNull()
    await at.silence(16)
    expect(await at.batch.takeFrom(held!)).toBe(true)
    const second = (await b.take())!
    expect(second.piece!.toString()).toBe('as far as a came')
    expect(await a.beat(first, [])).toBeNull()
    expect(await a.keepPiece(first, bytes('late'))).toBe(false)
    expect(await a.finish(first, answer('late'))).toBe(false)
    expect(await a.fail(first, { code: null, message: 'late' })).toBe(false)
    expect(await a.release(first, bytes('late'))).toBe(false)
    expect(await b.finish(second, answer('the one'))).toBe(true)
    expect(await b.finish(second, answer('again'))).toBe(false)
    expect(await a.finish(first, answer('later still'))).toBe(false)
    const [done] = await at.batch.look()
    expect(done).toMatchObject({ done: true, worker: null, fault: null, machine: 'linux-x64 b' })
    await at.batch.collect(done!.id, at.files)
    expect((await at.files.bytes(jobOf(0), 'result'))!.toString()).toBe('the one')
    expect(await at.files.bytes(jobOf(0), 'state')).toBeNull()
    expect(await b.take()).toBeNull()
  })

  it('two who look at once take a lost job once: one try is counted', async () => {
    await at.batch.put(SOURCE, [jobOf(0)], MODEL, at.files)
    const a = await at.claims('a')
    await a.take()
    await at.silence(16)
    const [held] = await at.batch.look()
    const taken = await Promise.all([at.batch.takeFrom(held!), at.batch.takeFrom(held!)])
    expect(taken.toSorted()).toEqual([false, true])
    expect((await a.take())!.token).toBe(3)
    expect(await a.take()).toBeNull()
  })

  it('is given up after three tries, with what it failed of last; giving it back is no try', async () => {
    await at.batch.put(SOURCE, [jobOf(0), jobOf(1)], MODEL, at.files)
    const a = await at.claims('a')
    for (let time = 0; time < 4; time += 1) {
      const claim = (await a.take())!
      expect(claim.job.number).toBe(0)
      expect(await a.release(claim, bytes(`piece ${time}`))).toBe(true)
    }
    for (const message of ['one', 'two', 'three']) {
      expect((await at.batch.look())[0]!.fault).toBeNull()
      const claim = (await a.take())!
      expect(claim.piece!.toString()).toBe('piece 3')
      expect(await a.fail(claim, { code: 'diverged', message })).toBe(true)
    }
    expect((await at.batch.look())[0]!.fault).toEqual({
      code: 'diverged',
      message: 'A job of the run was tried 3 times and failed each time. The last time: three',
    })
    expect((await a.take())!.job.number).toBe(1)
  })

  it('of a paused run no job is begun, and one under way is saved and given back for good', async () => {
    await at.batch.put(SOURCE, [jobOf(0), jobOf(1)], MODEL, at.files)
    const a = await at.claims('a')
    const claim = (await a.take())!
    expect(await a.beat(claim, [])).toBe('work')
    await at.batch.pause()
    expect(await a.take()).toBeNull()
    expect(await a.beat(claim, [])).toBe('pause')
    expect(await a.release(claim, bytes('saved'))).toBe(true)
    expect(await a.take()).toBeNull()
    await at.batch.takeOver(at.files)
    expect((await at.files.bytes(jobOf(0), 'state'))!.toString()).toBe('saved')
    expect(await at.batch.look()).toEqual([])
    // It goes on, by another process of the run.
    const again = new RunBatch(at.queue, at.run)
    await again.put(SOURCE, [jobOf(0)], MODEL, at.files)
    expect((await a.take())!.piece!.toString()).toBe('saved')
  })

  it('a run that is withdrawn leaves nothing, and whoever worked on it learns that nobody wants it', async () => {
    await at.batch.put(SOURCE, [jobOf(0), jobOf(1)], MODEL, at.files)
    const a = await at.claims('a')
    const claim = (await a.take())!
    await at.batch.withdraw()
    expect(await a.beat(claim, [])).toBeNull()
    expect(await a.finish(claim, answer('late'))).toBe(false)
    const { signal: stop } = new AbortController()
    for (const given of [undefined, null])
      expect(await giveUp({ claims: a, stop }, claim, new Error('its data are gone'), given)).toBe(LOST)
    expect(await a.take()).toBeNull()
    const { schema } = at.queue
    for (const table of ['batch', 'batch_data', 'training_job', 'news', 'job'])
      expect(await place.ask(`SELECT count(*) AS n FROM ${schema}.${table}`), table).toEqual([{ n: '0' }])
  })

  it('the jobs of a run whose process is gone are given back and set aside until it is there again', async () => {
    await at.batch.put(SOURCE, [jobOf(0), jobOf(1)], MODEL, at.files)
    const a = await at.claims('a')
    const claim = (await a.take())!
    await at.queue.db.ask(`UPDATE ${at.queue.schema}.batch SET beat_at = beat_at - interval '31 seconds'`)
    expect(await a.beat(claim, [])).toBe('pause')
    await a.release(claim, bytes('as far'))
    // Another run's come first then.
    const other = new RunBatch(at.queue, 'another')
    await other.put(SOURCE, [jobOf(9)], MODEL, at.files)
    const numbers: (number | undefined)[] = []
    for (let i = 0; i < 4; i += 1) numbers.push((await a.take())?.job.number)
    expect(numbers.filter((number) => number !== undefined)).toEqual([9])
    const standings = await at.batch.look()
    expect(standings.map(({ wanted }) => wanted)).toEqual(['aside', 'aside'])
    for (const { id } of standings) await at.batch.putBack(id)
    expect([(await a.take())!.job.number, (await a.take())!.job.number]).toEqual([0, 1])
  })

  it('what a job says is told once, in its order, all of it before its end', async () => {
    await at.batch.put(SOURCE, [jobOf(0)], MODEL, at.files)
    const a = await at.claims('a')
    const claim = (await a.take())!
    const epoch = (n: number) => ({
      kind: 'epoch' as const,
      epoch: { epoch: n, loss: Number.NaN, accuracy: -0 },
    })
    await a.beat(claim, [epoch(1), epoch(2)])
    await a.beat(claim, [epoch(3)])
    expect((await at.batch.look())[0]!.news).toEqual([epoch(1), epoch(2), epoch(3)])
    await a.finish(claim, { ...answer('it'), news: [epoch(4)] })
    expect(await at.batch.look()).toMatchObject([{ done: true, news: [epoch(4)] }])
    expect((await at.batch.look())[0]!.news).toEqual([])
  })

  it('several that begin at once make its tables once; an earlier version’s are brought up to date, a later one’s left alone', async () => {
    const fresh = await newPlace()
    try {
      expect(await findQueue(fresh.url, 'training')).toBeNull()
      const queues = await Promise.all([1, 2, 3].map(() => openQueue(fresh.url, 'training')))
      const [{ schema } = { schema: '' }] = queues
      expect(await Promise.all(queues.map(capacity))).toEqual([0, 0, 0])
      await Promise.all(queues.map((queue) => queue.close()))
      await fresh.ask(
        `ALTER TABLE ${schema}.worker DROP COLUMN kinds; UPDATE ${schema}.annotate_format SET number = 1`,
      )
      expect(await findQueue(fresh.url, 'training')).toBeNull()
      const brought = await openQueue(fresh.url, 'training')
      expect(await capacity(brought)).toBe(0)
      await brought.close()
      await fresh.ask(`UPDATE ${schema}.annotate_format SET number = 3`)
      await expect(findQueue(fresh.url, 'training')).rejects.toMatchObject({ code: 'newer_database' })
      await expect(openQueue(fresh.url, 'training')).rejects.toMatchObject({ code: 'newer_database' })
      await fresh.ask(`SET client_min_messages = warning; DROP SCHEMA ${schema} CASCADE`)
    } finally {
      await fresh.remove()
    }
  })
})
