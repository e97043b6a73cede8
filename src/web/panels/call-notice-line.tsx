// How calls are said: two switches, and the words of the newest one for a screen reader.
import { callNotices, toggleNotify, toggleSound } from '../actions/call-notice.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { useSelected } from '../state/store.ts'

export function CallNoticeLine() {
  const { said, notifies, sounds } = useSelected(callNotices, (state) => state)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  return (
    <div className="button-row one-line call-notices">
      <span className="grow dim small-text">On a call</span>
      <button
        type="button"
        className="quiet-button small"
        aria-pressed={notifies}
        title="Show each call on the desktop"
        onClick={() => void toggleNotify()}
      >
        Notify
      </button>
      <button
        type="button"
        className="quiet-button small"
        aria-pressed={sounds}
        title="Two tones: up for BUY, down for SELL"
        onClick={toggleSound}
      >
        Sound
      </button>
      <span className="unseen" role="status" aria-live="polite" data-testid="call-said">
        {isHidden ? '' : said}
      </span>
    </div>
  )
}
