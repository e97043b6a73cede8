// What lies beneath an error of the disk, in words; and what is none.
import { expect, it } from 'vitest'
import { isBusy } from '../../../src/core/busy.ts'
import { isDamage } from '../../../src/core/damage.ts'
import { AppError } from '../../../src/core/errors.ts'
import { storageFault } from '../../../src/core/storage-fault.ts'

const failing = (code: string, rest: object = {}): Error => Object.assign(new Error(code), { code, ...rest })

it.each([
  ['ENOSPC', 'disk_full', 507],
  ['EDQUOT', 'disk_full', 507],
  ['SQLITE_FULL', 'disk_full', 507],
  ['EROFS', 'not_writable', 503],
  ['EACCES', 'not_writable', 503],
  ['SQLITE_READONLY_DIRECTORY', 'not_writable', 503],
  ['SQLITE_CANTOPEN', 'not_writable', 503],
])('%s is %s, also beneath another error', (code, named, status) => {
  const beneath = new Error('the row was not stored', { cause: failing(code, { path: '/data/a.json' }) })
  const fault = storageFault(beneath)
  expect(fault).toMatchObject({ code: named, status })
  expect(fault?.message).toContain('/data/a.json')
})

it.each([
  ['ENOENT', /nothing can be made in the folder above/],
  ['ENOTDIR', /a file stands where a folder would/],
])('a folder that is refused with %s says why', (code, words) => {
  const fault = storageFault(failing(code, { syscall: 'mkdir', path: '/proc/x' }))
  expect(fault).toMatchObject({ code: 'not_writable' })
  expect(fault?.message).toMatch(words)
  expect(storageFault(failing(code, { syscall: 'open', path: '/data/a.json' }))).toBeNull()
})

/** SQLite's extended codes, which the driver does not name: a primary code in the lowest byte. */
it.each([
  [8 | (6 << 8), 'not_writable', false],
  [3 | (1 << 8), 'not_writable', false],
  [14 | (6 << 8), 'not_writable', false],
  [13 | (1 << 8), 'disk_full', false],
  [11 | (3 << 8), 'broken_database', false],
  [5 | (3 << 8), undefined, true],
  [10 | (1 << 8), undefined, false],
])(
  'a code of SQLite that the driver has no name for is known by what it is a kind of: %i',
  (rawCode, named, busy) => {
    const error = failing(`UNKNOWN_SQLITE_ERROR_${rawCode}`, { rawCode })
    expect(storageFault(error, '/data/annotate.db')?.code).toBe(named)
    expect(isDamage(error)).toBe(named === 'broken_database')
    expect(isBusy(error)).toBe(busy)
  },
)

it('names what was being written where the error does not', () => {
  expect(storageFault(failing('SQLITE_FULL'), '/data/annotate.db')?.message).toContain('/data/annotate.db')
})

it.each([
  ['a port', failing('EACCES', { syscall: 'listen', port: 80 })],
  ['another fault', failing('SQLITE_CONSTRAINT')],
  ['no fault of the disk', new AppError('invalid_exit', 'no')],
  ['nothing thrown', null],
])('is not said of %s', (_what, error) => {
  expect(storageFault(error)).toBeNull()
})
