// What the instant model has learnt so far, in words: found, false and missed, out of fold. A click hides or shows it.
import { hoursText } from '../../contract/plain-result.ts'
import type { PreviewOut } from '../../contract/preview.ts'
import { showPreview } from '../actions/look-commands.ts'
import { CommandButton } from '../controls/command-button.tsx'
import { plural } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'

export function PreviewLine() {
  const preview = useApp((state) => state.preview)
  const isShown = useApp((state) => state.showsPreview)
  const isOld = useApp((state) => state.isPreviewOld)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const marks = useApp((state) => state.annotations.length)
  if (marks === 0) return null
  return (
    <CommandButton command={showPreview} className="preview-line" pressed={isShown} title={titleOf(preview)}>
      <span className="preview-mark" aria-hidden>
        △
      </span>
      <span data-testid="preview" data-old={(isOld && !isHidden) || undefined} aria-live="polite">
        {!isShown ? 'instant: hidden' : isHidden ? 'instant: hidden with the future' : wordsOf(preview)}
      </span>
    </CommandButton>
  )
}

/** “instant: 7 of 10 found, 2 false in 14 h” */
export function wordsOf(preview: PreviewOut | null): string {
  if (preview === null) return 'instant: looking …'
  const { hits, missed, false_calls, hours, reason } = preview
  if (reason !== null) return 'instant: needs more marks'
  return `instant: ${hits} of ${hits + missed} found, ${false_calls} false in ${hoursText(hours)}`
}

function titleOf(preview: PreviewOut | null): string {
  if (preview === null) return 'What the instant model learns from the marks so far.'
  if (preview.reason !== null) return preview.reason
  return (
    `Learnt from ${plural(preview.annotations, 'annotation')} in ${(preview.took_ms / 1000).toFixed(1)} s. ` +
    'Each second was judged by a model that had not seen its episode. Hollow triangles show where it would call.'
  )
}
