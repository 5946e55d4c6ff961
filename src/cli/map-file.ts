/** A map file: the page that the build made, with the data of an estate in it. Data is gzip in base64, in which no character means anything to
 *  HTML, whatever Names and tags hold. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { ZtnetError } from '../errors.ts'
import { MAP_ELEMENTS, type MapData } from '../report/map-data.ts'
import { formatSnapshotLines } from '../snapshot/lines.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** Beside this file in an installed package; in a clone whose sources run, where the build leaves it. */
const PAGES = ['../viz/page.html', '../../dist/viz/page.html'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

export const mapHtml = (title: string, data: MapData, snapshots: readonly Snapshot[]): string => {
  const parts: Readonly<Record<string, string>> = {
    title: title.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    data: [
      element(MAP_ELEMENTS.data, packed([JSON.stringify(data)])),
      ...snapshots.map((snapshot, index) =>
        element(MAP_ELEMENTS.snapshot(index), packed(formatSnapshotLines(snapshot))),
      ),
    ].join('\n'),
  }
  return page().replace(/\{\{(title|data)\}\}/g, (_, name: string) => parts[name]!)
}

const page = (): string => {
  const found = PAGES.find((path) => existsSync(path))
  if (found !== undefined) return readFileSync(found, 'utf8')
  throw new ZtnetError('MAP_NOT_BUILT', 'the page of the map is not there', { hint: 'In a clone, run: npm run build' })
}

const element = (id: string, base64: string): string => `<script type="application/gzip" id="${id}">${base64}</script>`

/** The same lines give the same bytes: no time of day is in them. */
const packed = (lines: Iterable<string>): string => {
  const blocks: Buffer[] = []
  let block: string[] = []
  for (const line of lines) {
    block.push(line)
    // All of a large snapshot is longer than the longest string.
    if (block.length === 10_000) {
      blocks.push(Buffer.from(`${block.join('\n')}\n`))
      block = []
    }
  }
  blocks.push(Buffer.from(block.join('\n')))
  return gzipSync(Buffer.concat(blocks), { level: 9 }).toString('base64')
}
