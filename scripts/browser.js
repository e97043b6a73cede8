// Finds a Chromium or Chrome for the browser tests; where apt works, installs Debian's.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { aptInstall, whyNoApt } from './apt.js'
import { say } from './setup.js'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge']
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
 * A browser, installed by apt if need be.
 * @returns {{ path: string } | { missing: string }} where it is, or why there is none
 */
export function ensureBrowser() {
  const found = findBrowser()
  if (found) return { path: found }
  if (process.env['CHROME_PATH'])
    return { missing: `CHROME_PATH is ${process.env['CHROME_PATH']}, no program.` }
  const advice = 'Install Chromium or Chrome, or set CHROME_PATH.'
  const no = whyNoApt()
  if (no !== undefined) return { missing: `No Chromium or Chrome was found, and ${no}. ${advice}` }
  say('No browser for the tests was found. Installing Debian’s chromium with apt-get …')
  const path = aptInstall('chromium') ? findBrowser() : undefined
  return path ? { path } : { missing: `apt-get could not install chromium. ${advice}` }
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
