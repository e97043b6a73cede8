// Finds a Chromium or Chrome for the browser tests; where apt works, installs Debian's.
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { aptInstall, whyNoApt } from './apt.js'
import { say } from './setup.js'

/** Chromium without its windows, in which a page begins with a tenth of the work. */
const shells = ['chromium-headless-shell', 'chrome-headless-shell']
const commands = [
  ...shells,
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
]
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The path of an installed browser: CHROME_PATH, else what PATH and the usual places hold.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env['CHROME_PATH']
  if (named) return executable(named) ? named : undefined
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const onPath = commands.flatMap((command) => folders.map((folder) => join(folder, command)))
  return [...onPath, ...elsewhere].find(executable)
}

/**
 * A browser, installed by apt if need be; the headless shell where that can be had.
 * @returns {{ path: string } | { missing: string }} where it is, or why there is none
 */
export function ensureBrowser() {
  const found = findBrowser()
  if (process.env['CHROME_PATH'])
    return found ? { path: found } : { missing: `CHROME_PATH is ${process.env['CHROME_PATH']}, no program.` }
  if (found && shells.includes(basename(found))) return { path: found }
  const no = whyNoApt()
  if (no === undefined) install(found)
  const path = findBrowser()
  if (path) return { path }
  const why =
    no === undefined ? 'apt-get could not install one' : `No Chromium or Chrome was found, and ${no}`
  return { missing: `${why}. Install Chromium or Chrome, or set CHROME_PATH.` }
}

/** @param {string | undefined} found what serves where nothing can be installed */
function install(found) {
  say(
    found
      ? 'Installing Debian’s headless shell of Chromium with apt-get: a page begins in it with a tenth of the work …'
      : 'No browser for the tests was found. Installing Debian’s headless shell of Chromium with apt-get …',
  )
  if (aptInstall('chromium-headless-shell')) return
  if (found) say(`It could not be installed: the tests run in ${found}.`)
  else aptInstall('chromium')
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
