/** What a map is measured against, in the same browser and the same run, so that machines can be compared: cytoscape with a few hundred boxes,
 *  and nothing else. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'

export const writeBlankPage = (path: string): void => {
  const folder = dirname(createRequire(import.meta.url).resolve('cytoscape'))
  const cytoscape = readFileSync(join(folder, 'cytoscape.min.js'), 'utf8')
  writeFileSync(
    path,
    `<!doctype html><html><body><div id="canvas" style="width:800px;height:700px"></div><script>${cytoscape}</script><script>
      cytoscape({ container: document.getElementById('canvas'), layout: { name: 'grid' },
        elements: Array.from({ length: 500 }, (_, id) => ({ data: { id: 'n' + id } })) })
      document.documentElement.dataset.ready = 'true'
    </script></body></html>`,
  )
}

/** Milliseconds for thirty steps of panning, each drawn. */
export const panned = (page: Page): Promise<number> =>
  page.evaluate<number>(`(async () => {
    const { cy } = document.getElementById('canvas')._cyreg
    const start = performance.now()
    for (let step = 0; step < 30; step++) {
      cy.panBy({ x: step % 2 === 0 ? 20 : -20, y: 0 })
      await new Promise((drawn) => requestAnimationFrame(drawn))
    }
    return performance.now() - start
  })()`)
