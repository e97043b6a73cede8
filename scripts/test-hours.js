// `npm run test:hours [-- setting …] [words for vitest]`: the tests without a browser at other hours, dates and in other time zones.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { faketime } from './faketime.js'
import { ensureDependencies, requireNode, root, say } from './setup.js'

const SECOND = 1000
const DAY = 86_400 * SECOND
const year = new Date().getUTCFullYear()
const leapYear = year + ((4 - (year % 4)) % 4 || 4)
const tomorrow = Math.ceil(Date.now() / DAY) * DAY

/** The next one that is no year's end, which has a setting of its own. */
function monthEnd() {
  const from = new Date(tomorrow)
  const ends = [1, 2].map(
    (ahead) => Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + ahead, 1) - 30 * SECOND,
  )
  return ends.find((end) => end > tomorrow && new Date(end).getUTCMonth() !== 11)
}

/** Instants in UTC, none of them past; `parts`: begun anew so often, so that the boundary lies in many tests. */
const settings = [
  { name: 'new-year', at: Date.UTC(year + 1, 0, 1) - 30 * SECOND, zone: 'Pacific/Apia', parts: 6 },
  {
    name: 'month-end',
    at: monthEnd(),
    zone: 'America/St_Johns',
    parts: 6,
  },
  { name: 'leap-day', at: Date.UTC(leapYear, 1, 29, 12, 34, 56), zone: 'Asia/Kathmandu', parts: 1 },
  { name: 'midnight', at: tomorrow + DAY - 30 * SECOND, zone: 'UTC', parts: 6 },
  { name: 'morning', at: tomorrow + DAY / 8, zone: 'America/New_York', parts: 1 },
  { name: 'evening', at: tomorrow + (DAY * 7) / 8, zone: 'Europe/Berlin', parts: 1 },
]

requireNode()
ensureDependencies()
const { library, missing } = faketime()
if (library === undefined) {
  say(`No test was run at another hour: ${missing}`)
  process.exit(0)
}

const words = process.argv.slice(2)
const asked = settings.filter(({ name }) => words.includes(name))
const rest = words.filter((word) => !settings.some(({ name }) => name === word))
const projects = rest.includes('--project')
  ? []
  : ['unit', 'property', 'rooms', 'loop'].flatMap((name) => ['--project', name])

const results = (asked.length === 0 ? settings : asked).map((setting) => ({
  ...setting,
  passed: everyPart(setting),
}))
for (const { name, at, zone, passed } of results) {
  console.log(
    `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)} ${new Date(at).toISOString().slice(0, 19)}Z  ${zone}`,
  )
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1

/** Every part runs, also after one that failed. */
function everyPart(setting) {
  const shards = Array.from({ length: setting.parts }, (_, part) => `--shard=${part + 1}/${setting.parts}`)
  return shards.map((shard) => vitestAt(setting, setting.parts === 1 ? [] : [shard])).every(Boolean)
}

/**
 * Offsets, since an absolute start would begin anew in every process: all of them, servers too, go by one clock. That of
 * `performance.now` and of timers is left alone.
 */
function vitestAt({ name, at, zone }, shard) {
  say(`— ${[name, ...shard].join(' ')}: from ${new Date(at).toISOString()} on, in ${zone}`)
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...projects,
      '--passWithNoTests',
      ...shard,
      ...rest,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        LD_PRELOAD: library,
        FAKETIME: `+${Math.round((at - Date.now()) / SECOND)}s`,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        TZ: zone,
      },
    },
  )
  return status === 0
}
