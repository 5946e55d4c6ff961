/** The map of a large estate in a real Chromium: how large its file is, when its first picture is there, and how quick it is under the hand;
 *  times in times of a page that shows no more than five hundred boxes (`test/viz/blank-page.ts`). */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openIn, launchChromium, hasChromium, type Opened } from '../viz/chromium.ts'
import { panned, writeBlankPage } from '../viz/blank-page.ts'
import { writeGenerated } from './generate.ts'
import { median } from './statistics.ts'

/** Times of the map in times of the blank page. */
export interface MapFigures {
  readonly interfaces: number
  /** Of the snapshot, and of the map that holds it. */
  readonly snapshotBytes: number
  readonly bytes: number
  /** Seconds that `ztnet map` takes. */
  readonly written: number
  /** Milliseconds, and in times of the blank page. */
  readonly firstPicture: number
  readonly firstRatio: number
  readonly panRatio: number
  /** Milliseconds from a first question, for which the engine reads the snapshot, to its verdict. */
  readonly question: number
  readonly elements: number
}

export const canMeasureMaps = hasChromium

export const measureMap = async (
  interfaces: number,
  { folder, runs, isKept }: { readonly folder: string; readonly runs: number; readonly isKept: boolean },
): Promise<MapFigures> => {
  const snapshot = join(folder, `default-${interfaces}.json`)
  const [file, blank] = [join(folder, `map-${interfaces}.html`), join(folder, 'blank.html')]
  if (!existsSync(snapshot)) writeGenerated(snapshot, { interfaces, mix: 'default', ipv6: true })
  writeBlankPage(blank)
  const start = performance.now()
  execFileSync(
    process.execPath,
    [join('bin', 'ztnet.js'), 'map', '--snapshot', snapshot, '-o', file, '--no-findings', '--quiet'],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  const written = (performance.now() - start) / 1000
  const browser = await launchChromium()
  try {
    const firsts: { readonly map: number; readonly blank: number }[] = []
    const pans: { readonly map: number; readonly blank: number }[] = []
    // In turn, so that a slow minute of the machine slows both; the first of each fills caches.
    for (let run = 0; run <= runs; run++) {
      const bare = await openIn(browser, blank)
      const map = await openIn(browser, file)
      firsts.push({ map: map.took, blank: bare.took })
      pans.push({ map: await panned(map.page), blank: await panned(bare.page) })
      await bare.page.context().close()
      await map.page.context().close()
    }
    const ratio = (all: typeof firsts): number => median(all.slice(1).map((each) => each.map / each.blank))
    const asked = await openIn(browser, file)
    return {
      interfaces,
      snapshotBytes: statSync(snapshot).size,
      bytes: statSync(file).size,
      written,
      firstPicture: median(firsts.slice(1).map(({ map }) => map)),
      firstRatio: ratio(firsts),
      panRatio: ratio(pans),
      question: await answered(asked, interfaceIn(snapshot)),
      elements: await asked.page.evaluate<number>(`document.getElementById('canvas')._cyreg.cy.elements().length`),
    }
  } finally {
    await browser.close()
    if (!isKept) for (const path of [snapshot, file, blank]) rmSync(path, { force: true })
  }
}

/** From the internet to one interface, as people ask. */
const answered = async ({ page }: Opened, to: string): Promise<number> => {
  const start = performance.now()
  await page.evaluate(`location.hash = 'from=internet&to=${to}'`)
  await page.locator('#answer .verdict').waitFor({ timeout: 300_000 })
  return performance.now() - start
}

/** The first one in a snapshot, which is too large to be read for that. */
const interfaceIn = (snapshot: string): string => {
  const file = openSync(snapshot, 'r')
  const buffer = Buffer.alloc(1024 * 1024)
  try {
    for (let rest = ''; ;) {
      const length = readSync(file, buffer)
      const found = /"NetworkInterfaceId":"(eni-[0-9a-f]{17})"/.exec(rest + buffer.toString('latin1', 0, length))
      if (found) return found[1]!
      if (length === 0) throw new Error(`${snapshot} has no interfaces`)
      rest = buffer.toString('latin1', Math.max(0, length - 100), length)
    }
  } finally {
    closeSync(file)
  }
}
