// `--timezone`: whose hours a verb counts by.
import { InvalidArgumentError, Option } from 'commander'
import { messageOf } from '../core/errors.ts'
import { zoneOf } from '../core/zone.ts'

/** UTC where it is not given; what is no zone is refused before anything begins. */
export function timezoneOption(): Option {
  return new Option(
    '--timezone <zone>',
    'whose hours: a name such as Europe/Berlin, or an offset such as +02:00',
  )
    .argParser(zoneNamed)
    .default('UTC')
}

function zoneNamed(words: string): string {
  try {
    return zoneOf(words).name
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}
