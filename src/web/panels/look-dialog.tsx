// Shift C: how charts and page look. What is set holds at once and is kept in this browser.
import { useState, type ReactNode } from 'react'
import { changeLayout } from '../actions/view.ts'
import { chooseFourth, chooseThird } from '../actions/look-commands.ts'
import { nextSwing, swingBefore } from '../actions/mark-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { store, useApp } from '../state/app-state.ts'
import { LAYOUT_NAMES, LAYOUTS } from '../state/layout.ts'
import {
  COLOURS,
  THEMES,
  VWAPS,
  ZONES,
  keepLook,
  periodsIn,
  swingIn,
  useLook,
  type Look,
} from '../state/look.ts'
import { localZone } from '../state/zone.ts'

export function LookDialog() {
  return (
    <Dialog name="look" label="How charts look" className="look">
      <DialogHead title="How charts look" />
      <Layouts />
      <Row name="Timeframes">
        <CommandButton command={chooseThird} className="chip">
          third: {useApp((state) => state.intervals['1h'].name)} <Keycap command={chooseThird} />
        </CommandButton>
        <CommandButton command={chooseFourth} className="chip">
          fourth: {useApp((state) => state.intervals['1d'].name)} <Keycap command={chooseFourth} />
        </CommandButton>
      </Row>
      <Overlays />
      <Swings />
      <Page />
      <p className="dim small-text">
        Averages and volume are of the candles that may be seen: with the future hidden nothing later counts.
        Drag with Shift on a chart to measure.
      </p>
    </Dialog>
  )
}

function Layouts() {
  const { kind, large } = useApp((state) => state.layout)
  const choose = (next: typeof kind) => {
    const { focused } = store.get()
    changeLayout({ kind: next, large: next === '1+3' && kind !== '1+3' ? focused : large })
  }
  return (
    <Row name="Layout">
      {LAYOUTS.map((one) => (
        <Chip key={one} isOn={one === kind} title={LAYOUT_NAMES[one]} run={() => choose(one)}>
          {one === '2x2' ? '2×2' : one}
        </Chip>
      ))}
    </Row>
  )
}

function Overlays() {
  const { breaks, vwap, profile } = useLook((look) => look)
  return (
    <>
      <Row name="Breaks">
        <Switch isOn={breaks} put={(is) => keepLook({ breaks: is })} words="days and sessions" />
      </Row>
      <Row
        name="VWAP"
        title="Volume-weighted average price since the UTC day, or the last pause of half an hour in trading, began"
      >
        {VWAPS.map((one) => (
          <Chip key={one} isOn={one === vwap} run={() => keepLook({ vwap: one })}>
            {one === 'day' ? 'UTC day' : one}
          </Chip>
        ))}
      </Row>
      <Averages />
      <Row name="Volume by price" title="Of the candles in view; the value area, 70 % of it, stronger">
        <Switch isOn={profile} put={(is) => keepLook({ profile: is })} words="at the left of each chart" />
      </Row>
    </>
  )
}

function Averages() {
  const emas = useLook((look) => look.emas)
  const [text, setText] = useState(emas.join(', '))
  const periods = periodsIn(text)
  const put = (next: string) => {
    setText(next)
    const read = periodsIn(next)
    if (!('refusal' in read)) keepLook({ emas: read })
  }
  return (
    <Row name="EMA" title="Exponential moving averages of closes, by their periods in candles">
      <input
        className="look-periods"
        aria-label="EMA periods, candles"
        placeholder="none; such as 20, 50"
        value={text}
        spellCheck={false}
        onChange={(event) => put(event.target.value)}
      />
      {'refusal' in periods && (
        <span className="warn small-text" role="alert">
          {periods.refusal}
        </span>
      )}
    </Row>
  )
}

function Swings() {
  const { swing, swingPays } = useLook((look) => look)
  const [text, setText] = useState(String(swing))
  const read = swingIn(text)
  const put = (next: string) => {
    setText(next)
    const size = swingIn(next)
    if (typeof size === 'number') keepLook({ swing: size })
  }
  return (
    <Row
      name="Swings"
      title="Where the swings end that 9 and 0 take in hand: at the highest or the lowest close of so many seconds on either side"
    >
      <input
        id="swing"
        className="look-periods"
        aria-label="Seconds on either side of a swing's ends"
        value={text}
        spellCheck={false}
        onChange={(event) => put(event.target.value)}
      />
      {typeof read === 'number' ? (
        <span className="dim small-text">
          s on either side of its ends, for <Keycap command={swingBefore} /> <Keycap command={nextSwing} />
        </span>
      ) : (
        <span className="warn small-text" role="alert">
          {read.refusal}
        </span>
      )}
      <Switch
        isOn={swingPays}
        put={(is) => keepLook({ swingPays: is })}
        words="those alone that pay their fees"
      />
    </Row>
  )
}

function Page() {
  const { zone, theme, colours, up, down } = useLook((look) => look)
  return (
    <>
      <Row name="Time zone">
        {ZONES.map((one) => (
          <Chip key={one} isOn={one === zone} run={() => keepLook({ zone: one })}>
            {one === 'UTC' ? 'UTC' : `local: ${localZone()}`}
          </Chip>
        ))}
      </Row>
      <Row name="Theme">
        {THEMES.map((one) => (
          <Chip key={one} isOn={one === theme} run={() => keepLook({ theme: one })}>
            {one}
          </Chip>
        ))}
      </Row>
      <Row name="Colours" title="Blue and orange are told apart by the colour-blind, too">
        {COLOURS.map((one) => (
          <Chip key={one} isOn={one === colours} run={() => keepLook({ colours: one })}>
            {one}
          </Chip>
        ))}
        {colours === 'own' && (
          <>
            <Colour words="Rising candles" value={up} put={(value) => keepLook({ up: value })} />
            <Colour words="Falling candles" value={down} put={(value) => keepLook({ down: value })} />
          </>
        )}
      </Row>
    </>
  )
}

interface RowProps {
  name: string
  title?: string
  children: ReactNode
}

function Row({ name, title, children }: RowProps) {
  return (
    <div className="look-row" role="group" aria-label={name} title={title}>
      <span className="dim">{name}</span>
      <span className="chips">{children}</span>
    </div>
  )
}

interface ChipProps {
  isOn: boolean
  title?: string
  run: () => void
  children: ReactNode
}

function Chip({ isOn, title, run, children }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} title={title} onClick={run}>
      {children}
    </button>
  )
}

function Switch({ isOn, put, words }: { isOn: boolean; put: (is: boolean) => void; words: string }) {
  return (
    <Chip isOn={isOn} run={() => put(!isOn)}>
      {isOn ? words : `off: ${words}`}
    </Chip>
  )
}

function Colour({ words, value, put }: { words: string; value: Look['up']; put: (value: string) => void }) {
  return (
    <input
      type="color"
      className="look-colour"
      aria-label={words}
      title={words}
      value={value}
      onChange={(event) => put(event.target.value)}
    />
  )
}
