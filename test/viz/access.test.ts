/** The map for everybody: without a mouse, without eyes, in the dark, on a telephone. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, keep, mapOf, open, pointOf, shown, verdictOn, visit, wordsOn } from './browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

/** What axe calls serious or worse. The script is added by the debugger, past the page's own policy. */
const faultsOf = async (page: Page): Promise<readonly string[]> => {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe)
  const results = await page.evaluate<AxeResults>('axe.run()')
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** One key after the other. */
const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}

describe.skipIf(!hasBrowser)('a map for everybody, in Chromium', () => {
  let file = ''

  beforeAll(async () => {
    file = await mapOf('example:transit-hub')
  })

  it('has no serious fault, in any view, in the light and in the dark', async () => {
    const { page } = await open(file)
    const faults: Record<string, readonly string[]> = {}
    for (const [hash, shows] of [
      ['', '#answer'],
      ['from=shared-services&to=internet', '#answer .verdict'],
      ['list=findings', '.finding'],
      ['view=matrix', '#matrix table'],
    ] as const) {
      await visit(page, hash)
      await page.locator(shows).first().waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.waitForFunction((theme) => document.documentElement.dataset['theme'] === theme, colorScheme)
        faults[`#${hash} ${colorScheme}`] = await faultsOf(page)
      }
    }
    expect(Object.entries(faults).filter(([, all]) => all.length > 0)).toEqual([])
    await page.context().close()
  })

  it('is asked from the keyboard alone', async () => {
    const { page } = await open(file)
    await press(page, 't')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('treeitem')
    // internet, then down and into the first account.
    await press(page, 'Enter', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'Enter')
    await page.waitForFunction(() => location.hash.includes('from=internet') && location.hash.includes('to='))
    await page.locator('#answer h2', { hasText: 'internet →' }).waitFor()
    await press(page, 'Escape')
    await page.waitForFunction(() => !location.hash.includes('from='))
    await page.context().close()
  })

  it('completes what is typed, and takes it with Enter', async () => {
    const { page } = await open(file)
    await press(page, '/')
    await page.keyboard.type('dev-a')
    await page.locator('#from-list [role=option]').first().waitFor()
    await press(page, 'ArrowDown', 'Enter')
    await page.keyboard.type('internet')
    await page.locator('#to-list [role=option]').first().waitFor()
    await press(page, 'ArrowDown', 'Enter')
    expect(await verdictOn(page)).toBe('unreachable')
    await page.context().close()
  })

  it('takes keys that are pressed before there is an answer as meant for it', async () => {
    const { page } = await open(file)
    await press(page, '/')
    // Nobody waits for a list: what is typed, chosen and taken at once is what was typed.
    await page.keyboard.type('dev-a')
    await press(page, 'ArrowDown', 'Enter')
    await page.keyboard.type('internet')
    await press(page, 'ArrowDown', 'Enter')
    expect(await verdictOn(page)).toBe('unreachable')
    expect(await page.inputValue('#to')).toBe('internet')
    expect(await page.locator('#answer h2').innerText()).toMatch(/^(?:eni|i|subnet)-\w+ → internet/)
    await page.context().close()
  })

  it('takes the text itself where nothing was chosen', async () => {
    const { page } = await open(file)
    await press(page, '/')
    await page.keyboard.type('dev-api')
    await press(page, 'Enter')
    await page.locator('#answer').getByText('Choose a second place').waitFor()
    expect(new URL(page.url()).hash).toBe('#from=dev-api')
    await page.context().close()
  })

  it('leaves what is typed alone while the page draws itself anew', async () => {
    const { page } = await open(file)
    await page.locator('#to').focus()
    await page.keyboard.type('int')
    await page.evaluate(() => {
      location.hash = 'from=dev-api'
    })
    await page.locator('#answer').getByText('Choose a second place').waitFor()
    expect(await page.inputValue('#to')).toBe('int')
    expect(await page.inputValue('#from')).toBe('dev-api')
    await page.context().close()
  })

  it('pans, zooms, opens and closes by keys', async () => {
    const { page } = await open(file, '#theme=light')
    const place = (): Promise<string> =>
      page.evaluate(() => {
        const { cy } = (document.getElementById('canvas') as HTMLElement & { _cyreg: { cy: import('cytoscape').Core } })
          ._cyreg
        return JSON.stringify([cy.pan(), cy.zoom()])
      })
    await page.locator('#canvas').focus()
    for (const key of ['ArrowLeft', '+', '-', 'ArrowDown']) {
      const before = await place()
      await page.keyboard.press(key)
      expect(await place(), key).not.toBe(before)
    }
    const vpc = (await shown(page, 'node.vpc[name]')).at(0)!
    await page.evaluate((id) => {
      location.hash = `chosen=${id}&from=${id}`
    }, vpc)
    await page.waitForFunction((id) => document.querySelector('#answer')?.textContent?.includes(id), vpc)
    const before = (await shown(page, 'node.subnet')).length
    await page.locator('#canvas').focus()
    await press(page, 'c')
    await expect.poll(async () => (await shown(page, 'node.subnet')).length).toBeLessThan(before)
    await press(page, 'e')
    await expect.poll(async () => (await shown(page, 'node.subnet')).length).toBe(before)
    await page.context().close()
  })

  it('tells a screen reader what became of a question', async () => {
    const { page } = await open(file, '#from=dev-api&to=internet')
    await verdictOn(page)
    expect(await page.locator('#live').innerText()).toMatch(/^unreachable: /)
    await page.context().close()
  })

  it.each(['light', 'dark'] as const)('works at 400 pixels, %s', async (colorScheme) => {
    const { page } = await open(file, '', { viewport: { width: 400, height: 780 }, colorScheme, hasTouch: true })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    await keep(page, `narrow-${colorScheme}`)
    await page.fill('#from', 'dev-api')
    await page.fill('#to', 'internet')
    await press(page, 'Enter')
    expect(await verdictOn(page)).toBe('unreachable')
    expect(await page.locator('#answer').isVisible()).toBe(true)
    await page.click('[data-pane-of=side]')
    expect(await page.locator('#tree').isVisible()).toBe(true)
    expect(await faultsOf(page)).toEqual([])
    await page.context().close()
  })

  it.each([
    ['from=dev-api&to=internet', 'answer'],
    ['from=dev-api&ask=from', 'answer'],
    ['from=dev-api&ask=blast', 'answer'],
    ['list=findings', 'side'],
    ['from=dev-api&chosen=dev-api', 'map'],
    ['view=matrix&list=findings', 'map'],
    ['', 'map'],
  ])('at 400 pixels opens a link at what it is about: #%s', async (hash, pane) => {
    const { page, errors } = await open(file, `#${hash}`, { viewport: { width: 400, height: 780 } })
    const shownNow = await Promise.all(
      ['stage', 'answer', 'side'].map(async (id) => ((await page.locator(`#${id}`).isVisible()) ? [id] : [])),
    )
    expect(shownNow.flat()).toEqual([pane === 'map' ? 'stage' : pane])
    expect(await page.locator('[data-pane-of][aria-current=true]').getAttribute('data-pane-of')).toBe(pane)
    await keep(page, `narrow-link-${pane}`)
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('at 400 pixels has the answer of a link, and the map where it should be behind it', async () => {
    const { page } = await open(file, '#from=dev-api&to=internet', { viewport: { width: 400, height: 780 } })
    expect(await verdictOn(page)).toBe('unreachable')
    await page.click('[data-pane-of=map]')
    const vpcs = await shown(page, 'node.vpc')
    const { x, y } = await pointOf(page, vpcs.at(0) ?? '')
    expect([x > 0 && x < 400, y > 0 && y < 780]).toEqual([true, true])
    await page.context().close()
  })

  it('names tiers from far, where lines have no room for words', async () => {
    const threeTier = await mapOf('example:three-tier')
    const { page: wide } = await open(threeTier)
    expect((await wordsOn(wide, '.flow')).every((words) => words !== '')).toBe(true)
    await wide.context().close()
    const { page } = await open(threeTier, '', { viewport: { width: 400, height: 780 } })
    expect(await wordsOn(page, '.tier')).toEqual(['public', 'private', 'database', 'intra'])
    expect(new Set(await wordsOn(page, '.flow, .attachment'))).toEqual(new Set(['']))
    await page.context().close()
  })

  it('opens a link to a finding at its proof at 400 pixels', async () => {
    const { page: wide } = await open(file, '#list=findings')
    const finding = await wide.locator('[data-finding]').first().getAttribute('data-finding')
    await wide.context().close()
    const { page } = await open(file, `#finding=${finding}`, { viewport: { width: 400, height: 780 } })
    expect(await page.locator('#answer h2').first().isVisible()).toBe(true)
    await page.context().close()
  })

  it('prints the answer and the whole map in the light, without the controls', async () => {
    const { page, errors } = await open(file, '#from=dev-api&to=internet&theme=dark')
    await verdictOn(page)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#side').isVisible()).toBe(false)
    expect(await page.locator('#answer').isVisible()).toBe(true)
    const drawing = page.locator('#printed svg')
    await drawing.waitFor()
    expect(await drawing.locator('text', { hasText: 'dev-api' }).count()).toBeGreaterThan(0)
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('#answer')!).backgroundColor)).toMatch(
      /^rgb\(25\d, 25\d, 25\d\)$/,
    )
    await keep(page, 'print')
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('keeps still where motion is not wanted', async () => {
    const { page } = await open(file, '#from=dev-api&to=internet')
    await verdictOn(page)
    const frames = (): Promise<unknown> =>
      page.evaluate(() => {
        const { cy } = (document.getElementById('canvas') as HTMLElement & { _cyreg: { cy: import('cytoscape').Core } })
          ._cyreg
        return [cy.zoom(), cy.pan(), cy.edges('.path').map((edge) => edge.style('line-dash-offset') as unknown)]
      })
    const before = await frames()
    await page.waitForTimeout(200)
    expect(await frames()).toEqual(before)
    await page.context().close()
  })
})
