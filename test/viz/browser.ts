/** Maps in a browser, for tests: they are skipped where there is none, except in CI, where its absence is a failure. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Core } from 'cytoscape'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { folder, ztnet } from '../cli/process.ts'
import { hasChromium, launchChromium, type Opened, openIn } from './chromium.ts'

if (!hasChromium && process.env['CI'] !== undefined)
  throw new Error('no Chromium: install it (apt-get install chromium), or name it in ZTNET_CHROMIUM')

/** Suites that need the browser are skipped, and listed as that, where there is none. */
export const hasBrowser = hasChromium

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
})

const launched = (): Promise<Browser> => (browser ??= launchChromium())

/** The file of a map of a snapshot, made by the command itself. */
export const mapOf = async (snapshot: string, ...more: readonly string[]): Promise<string> => {
  const file = join(folder(), 'map.html')
  const { status, stderr } = await ztnet(['map', '--snapshot', snapshot, '-o', file, '--quiet', ...more])
  if (status !== 0) throw new Error(`ztnet map ended with ${status}: ${stderr}`)
  return file
}

export const open = async (file: string, hash = '', options: BrowserContextOptions = {}): Promise<Opened> =>
  openIn(await launched(), file, hash, options)

/** The same page at another state, from the start, so that nothing of the state before is taken for it. */
export const visit = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(() => {
    location.hash = ''
  })
  await page.locator('#answer h2', { hasText: 'Who can reach whom' }).waitFor()
  await page.evaluate((wanted) => {
    location.hash = wanted
  }, hash)
}

/** The verdict that the page shows, once it does for this question. */
export const verdictOn = async (page: Page): Promise<string> => {
  const chip = page.locator('#answer .verdict')
  await chip.waitFor()
  return (await chip.innerText()).replace(/^\S+\s/, '').toLowerCase()
}

interface CytoscapeElement extends HTMLElement {
  readonly _cyreg: { readonly cy: Core }
}

/** Where on the screen a box of the map is. */
export const pointOf = (page: Page, id: string): Promise<{ readonly x: number; readonly y: number }> =>
  page.evaluate((box) => {
    const canvas = document.getElementById('canvas') as CytoscapeElement
    const node = canvas._cyreg.cy.getElementById(box)
    if (node.empty()) throw new Error(`no box ${box} on the map`)
    const { x, y } = node.renderedPosition()
    const frame = canvas.getBoundingClientRect()
    return { x: x + frame.left, y: y + frame.top }
  }, id)

export const clickBox = async (page: Page, id: string): Promise<void> => {
  const { x, y } = await pointOf(page, id)
  await page.mouse.click(x, y)
}

/** Ids of what the map shows of a class of cytoscape. */
export const shown = (page: Page, selector: string): Promise<readonly string[]> =>
  page.evaluate(
    (wanted) => (document.getElementById('canvas') as CytoscapeElement)._cyreg.cy.$(wanted).map((each) => each.id()),
    selector,
  )

/** The words on elements of the map, as they are drawn. */
export const wordsOn = (page: Page, selector: string): Promise<readonly string[]> =>
  page.evaluate(
    (wanted) =>
      (document.getElementById('canvas') as CytoscapeElement)._cyreg.cy
        .$(wanted)
        .map((each) => String(each.style(each.isEdge() && each.hasClass('flow') ? 'source-label' : 'label'))),
    selector,
  )

/** How a line of the map is drawn. */
export const lineStyle = (
  page: Page,
  id: string,
): Promise<{ readonly style: string; readonly dashes: readonly number[] }> =>
  page.evaluate((line) => {
    const edge = (document.getElementById('canvas') as CytoscapeElement)._cyreg.cy.getElementById(line)
    if (edge.empty()) throw new Error(`no line ${line} on the map`)
    const dashes = edge.style('line-dash-pattern') as string | readonly number[]
    return {
      style: edge.style('line-style') as string,
      dashes: typeof dashes === 'string' ? dashes.split(/[ ,]+/).map(Number) : dashes,
    }
  }, id)

/** How many elements the map holds in all. */
export const elementCount = (page: Page): Promise<number> =>
  page.evaluate(() => (document.getElementById('canvas') as CytoscapeElement)._cyreg.cy.elements().length)

const screenshots = fileURLToPath(new URL('../../coverage/screenshots/', import.meta.url))

/** Kept, so that somebody can look at what was tested. */
export const keep = async (page: Page, name: string): Promise<void> => {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}
