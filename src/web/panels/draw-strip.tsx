// The strip over the charts while drags draw annotations: that they do, how, and how to stop.
import { draw, takeBack } from '../actions/mark-commands.ts'
import { pageOn } from '../actions/move-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useApp } from '../state/app-state.ts'
import { keyText } from '../state/command.ts'
import { Hint, KeyHint } from './key-hint.tsx'

/** `trouble`: what is wrong with the market's data, in words; null where nothing is. */
export function DrawStrip({ trouble }: { trouble: string | null }) {
  const isLinked = useApp((state) => state.linked && state.maximised === null)
  return (
    <div className="strip active" data-testid="drawing">
      <b className="drawing-on" role="status">
        Drawing
      </b>
      <span className="hints">
        {trouble === null ? (
          <>
            <Hint keys="Drag" text="over a trade: saved where you let go" />
            <span className="for-pointer">
              <Hint
                keys={isLinked ? 'Rest on a minute' : 'Click'}
                text={isLinked ? 'its seconds come' : 'goes there'}
              />
              <Hint keys={`Shift wheel, ${keyText(pageOn.key)}`} text="a screen on" />
              <KeyHint command={takeBack} text="take back" />
            </span>
            <span className="for-finger">
              <Hint keys="Tap a minute" text="its seconds come" />
              <Hint keys="Two fingers" text="move and zoom" />
            </span>
          </>
        ) : (
          <span className="trouble" title={trouble}>
            {trouble}
          </span>
        )}
      </span>
      <CommandButton command={takeBack} className="quiet-button for-finger" title={takeBack.label}>
        Undo
      </CommandButton>
      <CommandButton command={draw} className="quiet-button" title="Drags move the charts again" pressed>
        Drawing <Keycap command={draw} />
      </CommandButton>
    </div>
  )
}
