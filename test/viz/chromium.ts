/** A real Chromium that opens maps as their readers do: from disk, with nothing else. Debian's own, or the one that ZTNET_CHROMIUM names. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env['ZTNET_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path))

export const hasChromium = executablePath !== undefined

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export interface Opened {
  readonly page: Page
  /** Errors of the console and of scripts, so far. */
  readonly errors: readonly string[]
  /** What was asked of anybody but the file itself. */
  readonly requests: readonly string[]
  /** Milliseconds from the address to the first picture. */
  readonly took: number
}

export const openIn = async (
  browser: Browser,
  file: string,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<Opened> => {
  const context = await browser.newContext({
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
  const start = performance.now()
  await page.goto(`${pathToFileURL(file).href}${hash}`)
  await page.waitForSelector('html[data-ready]')
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
  return { page, errors, requests, took: performance.now() - start }
}
