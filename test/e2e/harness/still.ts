// Holds what a page shows against a trader's wish for less motion: nothing moves by itself, and nothing glides to where it goes.
import type { Page } from 'playwright-core'

/** Throws where something would move though the browser asks for less of it, naming each element. */
export async function expectStill(page: Page, state: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const moving = await page.evaluate(movingOn)
  await page.emulateMedia({ reducedMotion: null })
  if (moving.length > 0) throw new Error(`${state} moves where less motion is wanted:\n${moving.join('\n')}`)
}

/** In the page: what is under way, and what any change would begin. */
function movingOn(): string[] {
  const under = document.getAnimations().map(({ effect }) => {
    const of = effect instanceof KeyframeEffect ? effect.target : null
    return `${of?.tagName.toLowerCase() ?? '?'}.${of?.className ?? ''} is under way`
  })
  const would = [...document.querySelectorAll('*')].flatMap((element) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
    const isStill =
      animationName === 'none' && /^0s(, 0s)*$/.test(transitionDuration) && scrollBehavior === 'auto'
    const name = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`
    return isStill ? [] : [`${name}: ${animationName}, ${transitionDuration}, ${scrollBehavior}`]
  })
  // Of parts that are drawn inside an element by the browser nothing can be asked: each that would move has to be named where less of it is wanted.
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  const named = rules
    .filter((rule) => rule instanceof CSSMediaRule && /prefers-reduced-motion/.test(rule.conditionText))
    .map(({ cssText }) => cssText)
    .join(' ')
  const parts = rules.flatMap((rule) => {
    if (!(rule instanceof CSSStyleRule)) return []
    const { transitionDuration, animationName } = rule.style
    const part = /::[\w-]+/.exec(rule.selectorText)?.[0]
    const moves = !['', '0s'].includes(transitionDuration) || !['', 'none'].includes(animationName)
    return moves && part !== undefined && !named.includes(part) ? [rule.selectorText] : []
  })
  return [...under, ...would, ...parts]
}
