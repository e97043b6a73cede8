// Finds libfaketime, which tells programs another time; where apt works, installs Debian's.
import { spawnSync } from 'node:child_process'
import { aptInstall, whyNoApt } from './apt.js'
import { say } from './setup.js'

/**
 * The library to preload, installed by apt if need be.
 * @returns {{ library: string, missing?: undefined } | { library?: undefined, missing: string }} where it is, or why there is none
 */
export function faketime() {
  if (process.platform !== 'linux') return { missing: 'libfaketime is preloaded on Linux alone here.' }
  const found = preloaded()
  if (found !== undefined) return { library: found }
  const no = whyNoApt()
  if (no !== undefined) return { missing: `faketime was not found, and ${no}. Install the package faketime.` }
  say('No faketime was found. Installing Debian’s with apt-get …')
  const library = aptInstall('faketime') ? preloaded() : undefined
  return library === undefined ? { missing: 'apt-get could not install faketime.' } : { library }
}

/** What the program `faketime` itself preloads: its path differs from system to system. */
function preloaded() {
  const { status, stdout } = spawnSync(
    'faketime',
    ['-m', '-f', '+0', 'sh', '-c', 'printf %s "$LD_PRELOAD"'],
    {
      encoding: 'utf8',
    },
  )
  return status === 0 && stdout !== '' ? stdout : undefined
}
