// The view of models: checkpoints with their figures, one against another, promoted by the gate, rolled back, and what was live when.
// And the view of backtests: over what a checkpoint was trained on and over what not, down to a call on the charts.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { MarketsOut } from '../../src/contract/market.ts'
import type { HeldOutEpisode, Validation } from '../../src/contract/validation.ts'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { cnn } from '../../src/models/cnn.ts'
import { openWorkspace } from '../../src/server/open-workspace.ts'
import { newRun } from '../../src/training/runs/new-run.ts'
import { RunStore } from '../../src/training/runs/run-store.ts'
import { EAGER, publishInstant, publishUntrained } from '../unit/inference/checkpoint.ts'
import { contentOf } from '../unit/orchestrator/content.ts'
import { SIZES } from '../long.ts'
import { putDemoInto } from '../prepared-demo.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

const EPISODES = 12
let server: RunningServer
const workspace = temporaryWorkspace()

/** A checkpoint and the run that made it, which hit so many of the twelve episodes that each of them held out. */
async function trained(seed: number, hits: number, falseCalls: number): Promise<void> {
  const open = openWorkspace({ workspace: workspaceAt(workspace), clock: systemClock })
  try {
    const { metadata, ...files } = contentOf(seed)
    const episodes = heldOut(hits, falseCalls)
    const validation = validationOf(episodes)
    const { method, accuracy, majority_floor, n, loss, calls, hits: hit, false_calls, missed } = validation
    const test_cases = episodes.map((_, i) => ({
      test_case_id: `annotation_e-${i}`,
      sha256: 'a'.repeat(64),
    }))
    const checkpoint = await open.checkpoints.publish('cnn', {
      ...files,
      metadata: {
        ...metadata,
        state: 'validated',
        parameters: { ...metadata.parameters, epochs: 10 * seed },
        data: { ...metadata.data, test_cases },
        validation: { method, accuracy, majority_floor, n, loss, calls, hits: hit, false_calls, missed },
        validation_reason: null,
      },
    })
    const body = { model: 'cnn', seed }
    const run = newRun(body, cnn, null, systemClock.now())
    await new RunStore(open.database).insert({
      body,
      run: { ...run, status: 'COMPLETED', phase: 'completed', checkpoint, validation, test_cases: EPISODES },
    })
  } finally {
    await open.close()
  }
}

function heldOut(hits: number, falseCalls: number): HeldOutEpisode[] {
  return Array.from({ length: EPISODES }, (_, i) => ({
    venue: 'demo-1',
    symbol: 'ETH/USDT',
    annotation_ids: [`e-${i}`],
    hits: i < hits ? 1 : 0,
    false_calls: i < falseCalls ? 1 : 0,
  }))
}

function validationOf(episodes: readonly HeldOutEpisode[]): Validation {
  const sum = (of: (episode: HeldOutEpisode) => number) => episodes.reduce((all, each) => all + of(each), 0)
  const [hits, falseCalls] = [sum((one) => one.hits), sum((one) => one.false_calls)]
  const calls = hits + falseCalls
  return {
    method: 'leave_one_episode_out',
    accuracy: hits / EPISODES,
    majority_floor: 0.5,
    n: 840,
    loss: 0.4,
    episodes: EPISODES,
    folds: EPISODES,
    seconds_scored: 36_000,
    calls,
    hits,
    false_calls: falseCalls,
    missed: EPISODES - hits,
    precision: calls === 0 ? null : hits / calls,
    recall: hits / EPISODES,
    f1: (2 * hits) / (calls + EPISODES),
    false_calls_per_hour: falseCalls / 10,
    misses: [],
    held_out: [...episodes],
  }
}

const MINUTE = 60_000

describeInBrowser('the view of models', () => {
  beforeAll(async () => {
    await putDemoInto(workspace)
    await trained(1, 4, 3)
    await trained(2, 5, 3)
    await trained(3, 12, 0)
    await publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null })
    server = await startServer({ workspace })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  it('promotes what is better, asks a reason for what is not known to be, rolls back, and says what was live', async () => {
    // The gate's refusal.
    await withPage({ width: 1440, height: 900, expected: /409/ }, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('Shift+U')
      await page.waitForSelector('[data-testid=checkpoints]')
      expect(await rowOf(page, '0001')).toMatch(/champion.*validated.*0\.42.*4 of 12.*3/)
      expect(await rowOf(page, '0004')).toContain('nothing held out')

      await page.click('[data-checkpoint="0002"]')
      await page.waitForSelector('.verdict.not_distinguishable')
      expect(await page.textContent('[data-testid=compared]')).toMatch(
        /hits5 of 124 of 12.*epochs20 against 10/,
      )
      await page.click('.promote button')
      await page.waitForSelector('[data-testid=refused]:has-text("not known to be better")')
      expect((await stateOf(page, 'models')).find(({ id }) => id === 'cnn')!.promoted).toBe('0001')
      await settle(page)
      await accessibleScreenshot(page, 'models-refused')
      await page.keyboard.type('quieter on Mondays')
      await page.keyboard.press('Enter')
      await promoted(page, '0002')
      await page.waitForSelector('[data-testid=history] li:has-text("quieter on Mondays")')

      await page.click('[data-checkpoint="0003"]')
      await page.waitForSelector('.verdict.better')
      await page.click('.promote button')
      await promoted(page, '0003')
      await page.waitForSelector('[data-testid=history] li:has-text("12 episodes held out from both")')
      await page.click('text=Roll back')
      await promoted(page, '0002')
      expect(await rowOf(page, '0002')).toContain('champion')
      await page.waitForSelector('[data-testid=history] li:has-text("rolled back from 0003")')

      const promotions = await page.locator('[data-testid=history] li').count()
      expect(promotions).toBe(4)
      await page.fill('[data-testid=live-at]', '2001-01-01 00:00:00')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=was-live]:has-text("Nothing was live at 2001-01-01")')
      await page.fill('[data-testid=live-at]', new Date(Date.now() + 60_000).toISOString().slice(0, 19))
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=was-live]:has-text("0002 was live at")')
      await page.fill('[data-testid=live-at]', 'yesterday')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=was-live]:has-text("Write a time as")')
    })
  }, 120_000)

  it.each(SIZES)(
    'names a challenger, keeps a note, and leads from a checkpoint to its sessions and its run at %i × %i',
    async (width, height) => {
      await withPage({ width, height }, async (page) => {
        await openPage(page, server.url)
        await page.selectOption('[data-testid=checkpoint]', '0004')
        await page.keyboard.press('Escape')
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        await page.keyboard.press('i')
        await page.waitForFunction(() => {
          const { sessions, signals } = window.annotate!.state()
          const running = sessions.find(({ state }) => state === 'running')
          return running !== undefined && signals.some(({ session }) => session === running.id)
        })
        await startAndStopBeside(page)
        await page.click('.live .panel-head button:has-text("Models")')
        await page.waitForSelector('[data-checkpoint="0004"] .badge.live')
        await page.click('[data-checkpoint="0004"]')
        await page.waitForSelector('[data-testid=lineage]:has-text("running")')
        await page.click('[data-testid=lineage] button:has-text("running")')
        await page.waitForSelector('[data-testid=lineage-sessions] .badge.live')
        await settle(page)
        await accessibleScreenshot(page, `models-lineage-${width}`)

        await page.click('[data-checkpoint="0003"]')
        await page.click('text=Make it the challenger')
        await page.waitForSelector('[data-checkpoint="0003"] .badge.challenger')
        await page.fill('[aria-label=Note]', `all of May, ${width}`)
        await page.keyboard.press('Enter')
        await page.waitForSelector(`[data-checkpoint="0003"]:has-text("all of May, ${width}")`)
        await page.click('[data-testid=lineage] button:has-text("12 test cases")')
        await page.waitForSelector('[data-testid=lineage-test_cases] .lineage-row:has-text("deleted since")')
        await settle(page)
        await accessibleScreenshot(page, `models-${width}`)
        await page.click('text=Not the challenger any more')
        await page.click('[data-testid=lineage] button:has-text("run ")')
        await page.waitForSelector('.dialog:has-text("Validation")')
        await page.keyboard.press('Escape')
        await page.keyboard.press('i')
        await page.waitForFunction(() =>
          window.annotate!.state().sessions.every(({ state }) => state === 'stopped'),
        )
      })
    },
    120_000,
  )

  it('runs backtests: leaves out what a checkpoint was trained on, or marks every figure, and leads from a call to its second', async () => {
    const { from, data } = await markToTrainOn()
    const decision = { rule: { ...EAGER, pauseSeconds: 20 }, calibration: null, data }
    const version = await publishUntrained(workspaceAt(workspace).checkpoints, decision)
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('Shift+B')
      await page.waitForSelector('[data-testid=backtest-form]')
      await page.click('.checkpoint-choice input:checked')
      await page.click(`[data-checkpoint="cnn@${version}"]`)
      await page.fill('.backtest-terms label:has-text("From") input', written(from))
      await page.fill('.backtest-terms label:has-text("To") input', written(from + 12 * MINUTE))
      await page.click('summary')
      await page.fill('details label:has-text("Fee") input', '0, 0.1')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=backtest-figures]')
      expect(await page.textContent('[data-testid=overlap]')).toMatch(
        /of the span it was trained on: they are left out/,
      )
      expect(await page.textContent('[data-testid=backtest-words]')).toMatch(
        /cnn \d{4} made \d+ calls in .*add up to/,
      )
      expect(await page.locator('.backtest-result .overlap-mark').count()).toBe(0)
      expect(await page.locator('[data-testid=backtest-sweep] tbody tr').count()).toBe(2)

      await page.click('text=Same terms again')
      await page.click('.backtest-terms input[type=checkbox]')
      await page.click('.backtest-terms button[type=submit]')
      await page.waitForSelector('.overlap-banner.trained[data-testid=overlap]')
      await page.waitForSelector('[data-testid=backtest-calls] tbody tr')
      // Wherever a figure of it stands.
      const marked = ['figures', 'by-regime', 'by-hour', 'sweep', 'calls'].map(
        (part) => `[data-testid=backtest-${part}] .overlap-mark`,
      )
      for (const place of [...marked, '.backtest-list [aria-current] .overlap-mark', '.equity .overlap-mark'])
        expect(await page.locator(place).first().textContent(), place).toBe('TRAINED ON')
      for (const row of await page.locator('[data-testid=backtest-by-hour] tbody tr').allTextContents())
        expect(row).toContain('TRAINED ON')
      await settle(page)
      await accessibleScreenshot(page, 'backtest-trained-1920')
      await page.setViewportSize({ width: 1440, height: 900 })
      await settle(page)
      await accessibleScreenshot(page, 'backtest-trained-1440')

      const row = page.locator('[data-testid=backtest-calls] tbody tr').nth(3)
      const second = Number(await row.getAttribute('data-time'))
      await row.locator('button').focus()
      await page.keyboard.press('Enter')
      await page.waitForFunction((at) => {
        const seen = window.annotate!.visible('1s')
        return seen !== null && seen.from < at && at < seen.to
      }, second)
      const cursor = await stateOf(page, 'cursor')
      expect(cursor).toEqual({ time: second, follows: false, hidesFuture: true })
      await settle(page)
      const scene = await page.evaluate(() => window.annotate!.scene('1s'))
      expect(scene!.tested.map(({ time }) => time).at(-1)).toBe(second)
      expect(await page.evaluate((at) => window.annotate!.drawn('1s', at), second)).toBeNull()
      await page.keyboard.press('Shift+J')
      await page.waitForFunction((at) => window.annotate!.state().cursor.time! > at, second)
      await page.keyboard.press('Shift+M')
      await page.waitForFunction(() => window.annotate!.scene('1s')!.tested.length === 0)
      // What came of it would tell of what is hidden.
      await page.keyboard.press('Shift+B')
      await page.waitForSelector('.hidden-note')
      expect(await page.locator('[data-backtest]').count()).toBe(0)
      await page.click('.hidden-note button')
      await page.waitForSelector('.overlap-banner.trained')
    })
  }, 240_000)

  it('names the challenger of a pattern and promotes it, and runs a backtest of all patterns, each with its results and what it was trained on', async () => {
    const { from, data } = await markToTrainOn()
    const root = workspaceAt(workspace).checkpoints
    const decision = { rule: { ...EAGER, pauseSeconds: 20 }, calibration: null, data }
    for (const pattern of ['breakout', 'fade', 'fade'])
      await publishInstant(root, { ...decision, pattern }, 3)
    await withPage({ width: 1440, height: 900, expected: /409/ }, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('Shift+U')
      await page.click('[aria-label=Model] button:has-text("instant")')
      for (const [version, pattern] of [
        ['0001', 'breakout'],
        ['0002', 'fade'],
      ] as const) {
        await page.click(`[data-checkpoint="${version}"]`)
        await promoteFor(page, version, pattern)
      }
      await page.click('[data-checkpoint="0003"]')
      await page.click('text=Make it the challenger of fade')
      await page.waitForSelector('[data-checkpoint="0003"] .badge:has-text("challenger of fade")')
      await page.click('[data-checkpoint="0002"]')
      await page.waitForFunction(() => {
        const against = document.querySelector('select.against')
        return against instanceof HTMLSelectElement && against.value === '0003'
      })
      await page.click('[data-checkpoint="0003"]')
      await promoteFor(page, '0003', 'fade')

      await page.keyboard.press('Escape')
      await page.keyboard.press('Shift+B')
      await page.click('text=New backtest')
      for (const chosen of await page.locator('.checkpoint-choice input:checked').all()) await chosen.click()
      await page.click('[data-checkpoint="instant@*"]')
      await page.fill('.backtest-terms label:has-text("From") input', written(from))
      await page.fill('.backtest-terms label:has-text("To") input', written(from + 12 * MINUTE))
      await page.setChecked('.backtest-terms input[type=checkbox]', true)
      await page.click('.backtest-terms button[type=submit]')
      await page.waitForSelector('[data-testid=backtest-by-pattern]')
      expect(await page.textContent('.detail-head h3')).toBe('instant, all patterns')
      expect(await page.textContent('[data-testid=overlap]')).toMatch(/TRAINED ON .* one pattern or another/)
      expect(await page.textContent('[data-testid=backtest-patterns]')).toMatch(
        /breakout 0001 trained on .* fade 0003 trained on/,
      )
      for (const row of await page.locator('[data-testid=backtest-by-pattern] tbody tr').allTextContents())
        expect(row).toMatch(/^TRAINED ON (breakout|fade)/)
      await settle(page)
      await accessibleScreenshot(page, 'backtest-all-patterns-1440')
    })
  }, 240_000)
})

/** With a reason, where the gate asks for one. */
async function promoteFor(page: Page, version: string, pattern: string): Promise<void> {
  await page.waitForSelector(`.promote button:has-text("${version}")`)
  await page.selectOption('[aria-label="Goes live for"]', pattern)
  await page.fill('[aria-label=Reason]', 'a test')
  await page.click('.promote button')
  await page.waitForSelector(`[data-checkpoint="${version}"] .badge:has-text("champion of ${pattern}")`)
}

/** A mark, as what a checkpoint was trained on, five minutes after `from`, UTC ms, where stored seconds go on for an hour. */
async function markToTrainOn() {
  const { markets } = (await (await fetch(`${server.url}/api/markets`)).json()) as MarketsOut
  const end = Date.parse(markets[0]!.stored['1s']!.to)
  const from = Math.floor((end - 60 * MINUTE) / MINUTE) * MINUTE
  const [made] = await markOver(server.url, [{ entry: from + 5 * MINUTE, seconds: 90 }])
  const path = join(workspace, 'ANNOTATE/data/test_cases', `${made!.test_case_id}.json`)
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  const data = { test_cases: [{ test_case_id: made!.test_case_id, sha256 }], hold_source: 'reviewed' }
  return { from, data }
}

const written = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** One more session beside the one that runs, and that one stopped: a row each, until one is left. */
async function startAndStopBeside(page: Page): Promise<void> {
  await page.keyboard.press('Shift+I')
  await page.click('text=Start beside it')
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('[data-testid=sessions] tbody tr')]
    return rows.length === 2 && rows.every(({ textContent }) => /(BUY|SELL|HOLD|abstains)/.test(textContent))
  })
  const other = '[data-testid=sessions] tr[aria-selected=false]'
  const kept = await page.getAttribute('[data-testid=sessions] tr[aria-selected=true]', 'data-session')
  await page.click(`${other} .row-stop`)
  await page.waitForSelector('[data-testid=sessions]', { state: 'detached' })
  const running = (await stateOf(page, 'sessions')).filter(({ state }) => state === 'running')
  expect(running.map(({ id }) => id)).toEqual([kept])
}

async function rowOf(page: Page, version: string): Promise<string> {
  return (await page.textContent(`[data-checkpoint="${version}"]`)) ?? ''
}

async function promoted(page: Page, version: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => window.annotate!.state().models.find(({ id }) => id === 'cnn')!.promoted === wanted,
    version,
  )
  expect((await stateOf(page, 'models')).find(({ id }) => id === 'cnn')!.promoted).toBe(version)
}
