/** Names and tags are written by others: in a map they are text and nothing else. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { snapshotsFolder } from '../examples/all.ts'
import { folder } from '../cli/process.ts'
import { hasBrowser, mapOf, open, verdictOn } from './browser.ts'

const HOSTILE = [
  `</script><script>alert(1)</script>`,
  `<img src=x onerror=alert(1)>`,
  `"><svg onload=alert(1)>`,
  `' onmouseover='alert(1)`,
  '{{data}}{{title}}$&$1',
  'evil\u202egpj.exe',
  'line\u2028break\u0000\u001b[31m',
  '`${alert(1)}`',
]

describe.skipIf(!hasBrowser)('hostile Names, in Chromium', () => {
  it('are shown as text, in map, list, search, answer and table', async () => {
    let next = 0
    const text = readFileSync(`${snapshotsFolder}three-tier.json`, 'utf8').replace(
      /"Key":"Name","Value":"([^"]*)"/g,
      (_, name: string) => `"Key":"Name","Value":${JSON.stringify(`${name} ${HOSTILE[next++ % HOSTILE.length]}`)}`,
    )
    expect(next).toBeGreaterThan(HOSTILE.length)
    const [file] = [await mapOf(`${folder({ 'a.json': text })}/a.json`)]
    const { page, errors, requests } = await open(file, '#from=internet&to=private')
    await verdictOn(page)
    await page.locator('#from').focus()
    await page.keyboard.type('alert')
    await page.locator('#from-list [role=option]').first().waitFor()
    await page.keyboard.press('Escape')
    const closed = page.locator('[role=treeitem][aria-expanded=false] > .row > .twist')
    while ((await closed.count()) > 0) await closed.first().click()
    const shownText = await page.locator('body').innerText()
    expect(shownText).toContain('</script>')
    expect(shownText).toContain('\\u202e')
    expect(shownText).not.toMatch(/[\u202e\u2028\u001b]/)
    expect(await page.locator('img, svg[onload], [onerror], [onmouseover]').count()).toBe(0)
    await page.emulateMedia({ media: 'print' })
    await page.locator('#printed svg').waitFor()
    expect(await page.locator('#printed parsererror, #printed script').count()).toBe(0)
    await page.emulateMedia({ media: 'screen' })
    await page.evaluate(() => {
      location.hash = 'view=matrix&by=subnet'
    })
    await page.locator('#matrix table').waitFor()
    expect(errors).toEqual([])
    expect(requests).toEqual([])
    await page.context().close()
  })

  it('stand in no element of the file that is read as HTML or as script', async () => {
    const text = readFileSync(`${snapshotsFolder}three-tier.json`, 'utf8').replaceAll('shop', 'zz<b>hostile')
    const html = readFileSync(await mapOf(`${folder({ 'a.json': text })}/a.json`), 'utf8')
    expect(html).not.toContain('zz<b>')
  })

  it('could do nothing anyway: the policy of the file allows its own script and style, and no connection', async () => {
    const { page } = await open(await mapOf('example:dangling'))
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; /)
    expect(policy).not.toContain('unsafe')
    const blocked = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      const fetched = await fetch('https://example.com/').then(
        () => 'fetched',
        () => 'refused',
      )
      return [(window as unknown as { ran?: boolean }).ran ?? false, fetched]
    })
    expect(blocked).toEqual([false, 'refused'])
    await page.context().close()
  })
})
