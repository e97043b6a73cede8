// Packages of Debian, where the system is one and we are root.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Why apt-get cannot install anything here, as half a sentence; undefined where it can try. */
export function whyNoApt() {
  if (!existsSync('/usr/bin/apt-get')) return 'there is no apt-get'
  if (process.getuid?.() !== 0) return 'apt-get needs root'
  return undefined
}

/** Installs a package; whether it did. */
export function aptInstall(name) {
  return apt(['update', '-qq']) && apt(['install', '-y', '-qq', '--no-install-recommends', name])
}

function apt(args) {
  // Where no server answers, that is known soon.
  const patience = ['DPkg::Lock::Timeout=120', 'Acquire::Retries=1', 'Acquire::http::Timeout=20']
  const options = patience.flatMap((option) => ['-o', option])
  const { status } = spawnSync('/usr/bin/apt-get', [...options, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}
