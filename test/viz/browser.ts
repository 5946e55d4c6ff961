/** A real Chromium that opens maps as their readers do: from disk, with nothing else. Debian's own, or the one that ZTNET_CHROMIUM names;
 *  tests are skipped where there is none, except in CI, where its absence is a failure. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Core } from 'cytoscape'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { folder, ztnet } from '../cli/process.ts'

const CANDIDATES = [
  process.env['ZTNET_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path))

if (executablePath === undefined && process.env['CI'] !== undefined)
  throw new Error('no Chromium: install it (apt-get install chromium), or name it in ZTNET_CHROMIUM')

/** Suites that need the browser are skipped, and listed as that, where there is none. */
export const hasBrowser = executablePath !== undefined

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
})

const launched = (): Promise<Browser> =>
  (browser ??= chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] }))

/** The file of a map of a snapshot, made by the command itself. */
export const mapOf = async (snapshot: string, ...more: readonly string[]): Promise<string> => {
  const file = join(folder(), 'map.html')
  const { status, stderr } = await ztnet(['map', '--snapshot', snapshot, '-o', file, '--quiet', ...more])
  if (status !== 0) throw new Error(`ztnet map ended with ${status}: ${stderr}`)
  return file
}

export interface Opened {
  readonly page: Page
  /** Errors of the console and of scripts, so far. */
  readonly errors: readonly string[]
  /** What was asked of anybody but the file itself. */
  readonly requests: readonly string[]
}

export const open = async (file: string, hash = '', options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await (
    await launched()
  ).newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) requests.push(request.url())
  })
  await page.goto(`${pathToFileURL(file).href}${hash}`)
  await page.waitForSelector('html[data-ready]')
  return { page, errors, requests }
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

/** How many elements the map holds in all. */
export const elementCount = (page: Page): Promise<number> =>
  page.evaluate(() => (document.getElementById('canvas') as CytoscapeElement)._cyreg.cy.elements().length)

const screenshots = fileURLToPath(new URL('../../coverage/screenshots/', import.meta.url))

/** Kept, so that somebody can look at what was tested. */
export const keep = async (page: Page, name: string): Promise<void> => {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}
