// Where the page listens, and to what: previews are made for those who ask for them.
import { pathOf } from '../../contract/client.ts'
import { EVENT_NAMES } from '../../contract/event-names.ts'

export function eventsAddress(withPreviews: boolean): string {
  const names = EVENT_NAMES.filter((name) => withPreviews || name !== 'preview')
  return `${pathOf('streamEvents')}?types=${names.join(',')}`
}
