// Beside the cursor while the future is hidden: play or pause, and how fast.
import { faster, play, slower } from '../actions/play-commands.ts'
import { playing } from '../actions/play.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useSelected } from '../state/store.ts'

export function PlayControls() {
  const { isPlaying, speed } = useSelected(playing, (state) => state)
  return (
    <span className="play" role="group" aria-label="Play the past">
      <CommandButton
        command={play}
        pressed={isPlaying}
        title={isPlaying ? 'Pause' : 'Play on from the cursor'}
        label={isPlaying ? 'Pause' : 'Play'}
      >
        {isPlaying ? '❚❚' : '▶'} <Keycap command={play} />
      </CommandButton>
      <CommandButton command={slower} title="Play slower" label="Play slower">
        −
      </CommandButton>
      <span className="play-speed" data-testid="play-speed">
        {speed}×
      </span>
      <CommandButton command={faster} title="Play faster" label="Play faster">
        +
      </CommandButton>
    </span>
  )
}
