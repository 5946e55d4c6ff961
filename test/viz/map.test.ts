/** The map in a real browser: it draws, it answers what the command line answers, and every state of it is a link. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { compile, loadSnapshot } from '../../src/index.ts'
import { estate } from '../build.ts'
import { folder } from '../cli/process.ts'
import { examples, snapshotsFolder } from '../examples/all.ts'
import {
  clickBox,
  elementCount,
  hasBrowser,
  keep,
  lineStyle,
  mapOf,
  open,
  pointOf,
  shown,
  verdictOn,
  visit,
} from './browser.ts'

const conformance = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))
if (!existsSync(conformance) && process.env['CI'] !== undefined) throw new Error(`${conformance} is missing`)

/** A subnet in which so many interfaces fare differently that its box does not show them all. */
const crowded = () =>
  Array.from({ length: 60 }, (_, at) => at).reduce(
    (so, at) => so.interface(`a${at}`, `10.0.1.${10 + at}`, { groups: [`g${at}`] }).securityGroup(`g${at}`, []),
    estate().vpc('shop', '10.0.0.0/16').subnet('a', '10.0.1.0/24'),
  )

describe.skipIf(!hasBrowser)('a map, in Chromium', () => {
  let threeTier = ''

  beforeAll(async () => {
    threeTier = await mapOf('example:three-tier')
  })

  const others = existsSync(conformance) ? ['lab-aws-demo', 'load-balancer'].map((name) => `${conformance}${name}`) : []

  it.each([...Array.from(examples.keys(), (name) => `example:${name}`), ...others])(
    'draws %s without a word in the console, and asks nobody for anything',
    async (snapshot) => {
      const { page, errors, requests } = await open(await mapOf(snapshot))
      expect((await shown(page, 'node.vpc')).length).toBeGreaterThan(0)
      expect((await shown(page, 'node.lot')).length).toBeGreaterThan(0)
      await keep(page, snapshot.replace(/^.*[:/]/, ''))
      expect(errors).toEqual([])
      expect(requests).toEqual([])
      await page.context().close()
    },
  )

  it('gives the verdict of the command line for fifty pairs that are clicked one after the other', async () => {
    let asked = 0
    for (const name of ['three-tier', 'transit-hub', 'load-balancer', 'dual-stack', 'peering']) {
      const estate = compile(await loadSnapshot(`${snapshotsFolder}${name}.json`))
      const { page, errors } = await open(name === 'three-tier' ? threeTier : await mapOf(`example:${name}`))
      const ends = [
        ...(await shown(page, 'node.lot')),
        ...(await shown(page, 'node.tier')),
        ...(await shown(page, 'node.family-outside')),
      ].sort()
      for (const [index, from] of ends.entries()) {
        const to = ends.at((index * 7 + 3) % ends.length)!
        if (from === to || asked === 50) continue
        const expected = verdictOrError(() => estate.reach(from, to).verdict)
        await clickBox(page, from)
        await page.locator('#answer').getByText('Choose a second place').waitFor()
        await clickBox(page, to)
        await page.locator('#answer').getByText('Choose a second place').waitFor({ state: 'detached' })
        expect([hashWord(page, 'from'), hashWord(page, 'to')]).toEqual([from, to])
        expect(`${from} -> ${to}: ${await outcomeOn(page)}`).toBe(`${from} -> ${to}: ${expected}`)
        asked++
      }
      expect(errors).toEqual([])
      await page.context().close()
    }
    expect(asked).toBe(50)
  })

  it('dashes what gets nowhere without a NAT gateway or a VPC endpoint, and draws the rest whole', async () => {
    const { page } = await open(threeTier)
    const vpc = 'vpc:vpc-07c4fe8d243835b53'
    expect(await lineStyle(page, `flow ${vpc}/intra aws-services`)).toEqual({ style: 'dashed', dashes: [9, 5] })
    expect((await lineStyle(page, `flow ${vpc}/private ${vpc}/database`)).style).toBe('solid')
    // By a NAT gateway in IPv4; in IPv6 it goes there itself.
    expect((await lineStyle(page, `flow ${vpc}/private internet`)).style).toBe('solid')
    expect(await page.locator('#legend').innerText()).toContain('reachable via NAT or endpoint')
    // The engine of the page says the same of a filter.
    await visit(page, 'protocol=tcp&port=443')
    await expect.poll(() => shown(page, 'edge.by-nat-or-endpoint')).toContain(`flow ${vpc}/intra aws-services`)
    await page.context().close()
  })

  it('has the tiers of a policy in its matrix and as places, filtered or not, and lines between the rows that it has', async () => {
    const policy = join(
      folder({
        'ztnet.yaml': `version: 1
tiers: { pci: { subnet: { name: "shop-database-*" } } }
rules: [{ id: pci-in, only: { into: pci, from: [private, intra] } }]
`,
      }),
      'ztnet.yaml',
    )
    const { page } = await open(await mapOf('example:three-tier', '--policy', policy), '#view=matrix')
    expect(await page.locator('#matrix').innerText()).toContain('pci')
    const vpc = 'vpc:vpc-07c4fe8d243835b53'
    expect(await shown(page, 'edge.flow')).toContain(`flow ${vpc}/private ${vpc}/database`)
    await visit(page, 'view=matrix&protocol=tcp')
    await expect.poll(() => page.locator('#matrix').innerText()).toContain('pci')
    await visit(page, 'from=private&to=pci')
    expect(await verdictOn(page)).toBe('reachable')
    await page.context().close()
  })

  it('draws flows that break a rule as that, by line and word, before anybody chooses a finding', async () => {
    const { page } = await open(await mapOf('example:transit-hub'))
    expect([...(await shown(page, 'edge.breaks'))].sort()).toMatchInlineSnapshot(`
      [
        "flow vpc:vpc-045bfb046f44112a0/intra vpc:vpc-07c12d4ef81cc14d1/intra",
        "flow vpc:vpc-045bfb046f44112a0/intra vpc:vpc-07c12d4ef81cc14d1/private",
        "flow vpc:vpc-045bfb046f44112a0/intra vpc:vpc-0a8dc28ad2bd55ca5/private",
        "flow vpc:vpc-07c12d4ef81cc14d1/private vpc:vpc-045bfb046f44112a0/intra",
        "flow vpc:vpc-0a8dc28ad2bd55ca5/private vpc:vpc-045bfb046f44112a0/intra",
      ]
    `)
    expect(await page.locator('#legend').innerText()).toContain('breaks a rule')
    await page.context().close()
  })

  it('says beside the field what is wrong with a port, and leaves picture and question as they were', async () => {
    const { page, errors } = await open(threeTier, '#from=public&to=private')
    await verdictOn(page)
    const drawn = await elementCount(page)
    await page.locator('#port').fill('70000')
    await page.locator('#port').press('Enter')
    expect(await page.locator('#port-problem').innerText()).toContain('"70000" is no port')
    expect(hashWord(page, 'port')).toBeNull()
    await keep(page, 'odd-port')
    expect(await elementCount(page)).toBe(drawn)
    await page.locator('#port').fill('443')
    await expect.poll(() => page.locator('#port-problem').isVisible()).toBe(false)
    await page.locator('#port').press('Enter')
    await expect.poll(() => hashWord(page, 'port')).toBe('443')
    // A link may have one; the flows stay, and the answer says what is wrong.
    const { page: linked } = await open(threeTier, '#from=public&to=private&port=abc')
    await expect.poll(() => linked.locator('#answer').innerText()).toContain('"abc" is no port')
    expect((await shown(linked, 'edge.flow')).length).toBeGreaterThan(2)
    expect(errors).toEqual([])
    await linked.context().close()
    await page.context().close()
  })

  it('offers nothing to ask of a place that is not there', async () => {
    const { page } = await open(threeTier, '#from=nonsense&to=private')
    await expect
      .poll(() => page.locator('#answer').innerText())
      .toContain('nothing in the snapshot is called "nonsense"')
    expect(await page.locator('#answer .actions').count()).toBe(0)
    // Alone it is no place either; a tier is one, though it is no resource.
    await visit(page, 'from=gibberish')
    await expect.poll(() => page.locator('#answer').innerText()).toContain('called "gibberish"')
    expect(await page.locator('#answer .actions').count()).toBe(0)
    await visit(page, 'from=private')
    await page.locator('#answer button', { hasText: 'What private reaches' }).waitFor()
    await page.context().close()
  })

  it('keeps where one moved the map to in the link, without a step in the history', async () => {
    const { page } = await open(threeTier)
    const steps = await page.evaluate(() => history.length)
    await page.locator('[data-zoom="in"]').click()
    await expect.poll(() => hashWord(page, 'camera')).toMatch(/^-?\d+,-?\d+,[\d.]+$/)
    const zoomed = hashWord(page, 'camera')
    await page.locator('#canvas').focus()
    await page.keyboard.press('ArrowLeft')
    // The link is written when the map has come to rest: it may still be that of the step before.
    await expect.poll(() => hashWord(page, 'camera')).not.toBe(zoomed)
    expect(await page.evaluate(() => history.length)).toBe(steps)
    const at = await pointOf(page, 'internet')
    const { page: other } = await open(threeTier, new URL(page.url()).hash)
    const there = await pointOf(other, 'internet')
    expect(Math.hypot(there.x - at.x, there.y - at.y)).toBeLessThan(6)
    await page.locator('[data-zoom="all"]').click()
    await expect.poll(() => hashWord(page, 'camera')).toBeFalsy()
    await other.context().close()
    await page.context().close()
  })

  it('shows the same again from a link, and what was before with back and forward', async () => {
    const { page } = await open(threeTier)
    await page.fill('#from', 'internet')
    await page.fill('#to', 'database')
    await page.click('text=Ask')
    expect(await verdictOn(page)).toBe('unreachable')
    await page.click('[data-show=matrix]')
    await page.locator('#matrix table').waitFor()
    await page.goBack()
    await page.locator('#matrix').waitFor({ state: 'hidden' })
    expect(await verdictOn(page)).toBe('unreachable')
    await page.goBack()
    await page.locator('#answer h2', { hasText: 'Who can reach whom' }).waitFor()
    await page.goForward()
    expect(await verdictOn(page)).toBe('unreachable')
    const { page: again } = await open(threeTier, new URL(page.url()).hash)
    expect(await verdictOn(again)).toBe('unreachable')
    expect(await again.inputValue('#to')).toBe('database')
    await again.context().close()
    await page.context().close()
  })

  it('lists what a box does not show, unless something else was asked in the meantime', async () => {
    const path = join(folder(), 'crowded.json')
    await writeSnapshotFile(path, crowded().snapshot())
    const { page, errors } = await open(await mapOf(path))
    await clickBox(page, 'more subnet-a')
    await page.locator('#answer', { hasText: 'eni-a59' }).waitFor()
    await page.evaluate(() => {
      const post = Worker.prototype.postMessage
      Worker.prototype.postMessage = function (this: Worker, message: { readonly kind: string }) {
        setTimeout(() => post.call(this, message), message.kind === 'members' ? 300 : 0)
      }
    })
    await clickBox(page, 'more subnet-a')
    await page.evaluate(() => {
      location.hash = 'from=eni-a0&to=eni-a1'
    })
    expect(await verdictOn(page)).toBe('unreachable')
    await page.waitForTimeout(600)
    expect(await page.locator('#answer .verdict').count()).toBe(1)
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('flies from a finding to its path', async () => {
    const { page, errors } = await open(await mapOf('example:transit-hub'), '#list=findings')
    await page.locator('.finding', { hasText: 'shared/intra reaches dev/private' }).click()
    await page.locator('#answer h2', { hasText: 'shared/intra reaches dev/private' }).waitFor()
    // What breaks a rule is told by more than colour, and the legend says so.
    const steps = await shown(page, 'edge.path.forward')
    expect(steps.length).toBeGreaterThan(2)
    expect(await shown(page, 'edge.path.forward.breaks')).toEqual(steps)
    const legend = page.locator('#legend')
    expect(await legend.innerText()).toContain('▲1 the way of a packet that breaks a rule')
    expect(await page.locator('#answer').innerText()).toContain('tgw-')
    await keep(page, 'finding')
    expect(errors).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(!hasBrowser)('a map that was opened once, in Chromium', () => {
  let page: Page

  beforeAll(async () => {
    page = (await open(await mapOf('example:three-tier'))).page
  })

  it('tells blockers and hops in the words of the terminal', async () => {
    await visit(page, 'from=db-subnet&to=internet')
    await verdictOn(page)
    const { blocked } = compile(await loadSnapshot(`${snapshotsFolder}three-tier.json`)).reach('db-subnet', 'internet')
    const text = await page.locator('#answer').innerText()
    for (const words of blocked.flatMap(({ message, code, fix = '' }) => [message, code, fix]))
      expect(text).toContain(words)
  })

  it('lights the way of a packet, there and back', async () => {
    await visit(page, 'from=shop-app-1&to=internet&protocol=tcp&port=443')
    expect(await verdictOn(page)).toBe('reachable')
    expect((await shown(page, 'edge.path.forward')).length).toBe(3)
    expect((await shown(page, 'edge.path.return')).length).toBe(3)
    expect((await shown(page, 'node.away')).length).toBeGreaterThan(10)
    await keep(page, 'path')
  })

  it('keeps dashes for what is not simply reachable', async () => {
    await visit(page, 'from=shop-app-1&to=internet&protocol=tcp&port=443')
    expect(await verdictOn(page)).toBe('reachable')
    for (const line of await shown(page, 'edge.path')) expect((await lineStyle(page, line)).style).toBe('solid')
  })

  it.each([
    ['shop-app-1', 'eni-0a36eb09e456225a7'],
    ['eni-0aec72a5b66081727', 'eni-0aec72a5b66081727'],
    ['10.20.16.21', 'eni-0a36eb09e456225a7'],
    ['18.184.77.36', 'eni-00f875e53a9c03ab2'],
    ['10.20.64.0/24', 'subnet-'],
    ['Tier=database', 'subnet-'],
  ])('finds %s by what is typed', async (typed, selector) => {
    await visit(page, '')
    await page.fill('#from', '')
    await page.locator('#from').focus()
    await page.keyboard.type(typed)
    const found = page.locator('#from-list [role=option]').filter({ hasText: selector })
    await found.first().waitFor()
    expect(await found.first().innerText()).toContain(selector)
  })

  it('restricts flows and answers to a protocol and a port', async () => {
    await visit(page, 'protocol=tcp&port=5432')
    await page.waitForFunction(() => document.querySelectorAll('#legend span').length > 0)
    await expect.poll(async () => (await shown(page, 'edge.flow')).length).toBe(2)
    await page.evaluate(() => {
      location.hash = 'from=internet&to=public&protocol=tcp&port=22'
    })
    expect(await verdictOn(page)).toBe('unreachable')
  })

  it.each([
    ['from', 'Everything that shop-app-1 reaches', 'shop/database'],
    ['to', 'Everything that reaches shop-app-1', 'shop/public'],
    ['blast', 'Over stepping stones from shop-app-1', 'shop/database'],
  ])('answers %s: %s', async (ask, title, group) => {
    await visit(page, `from=shop-app-1&ask=${ask}`)
    await page.locator('#answer h2', { hasText: title }).waitFor()
    expect(await page.locator('#answer').innerText()).toContain(group)
  })

  it('has the matrix as a table, with the verdict of each cell, which can be asked on', async () => {
    await visit(page, 'view=matrix')
    const estate = compile(await loadSnapshot(`${snapshotsFolder}three-tier.json`))
    await page.locator('#matrix table').waitFor()
    for (const { from, to, verdict } of estate.matrix().cells) {
      const cell = page.getByRole('button', { name: new RegExp(`^${from} to ${to}: \\S+ ${verdict}\\b`) })
      expect(await cell.count(), `${from} to ${to}`).toBe(1)
    }
    await keep(page, 'matrix')
    await page.getByRole('button', { name: 'private to database:' }).click()
    expect(await verdictOn(page)).toBe('reachable')
  })

  it('says so where a link groups the matrix by what there is not', async () => {
    await visit(page, 'view=matrix&by=teams')
    const error = page.locator('#matrix .error')
    await error.waitFor()
    expect(await error.innerText()).toBe('"teams" is nothing to group by')
  })

  it('saves picture and answer as files', async () => {
    await visit(page, 'from=db-subnet&to=internet')
    await verdictOn(page)
    const saved = async (what: string): Promise<Buffer> => {
      await page.click('#export summary')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export=${what}]`)])
      return readFileSync(await download.path())
    }
    expect((await saved('png')).subarray(1, 4).toString()).toBe('PNG')
    expect((await saved('svg')).toString()).toMatch(/^<svg .*<\/svg>\n$/s)
    expect((await saved('markdown')).toString()).toMatch(/^### unreachable: `db-subnet` → `internet`/)
  })
})

/** The verdict, or that the question cannot be asked. */
const outcomeOn = async (page: Page): Promise<string> => {
  await page.locator('#answer .verdict, #answer .error').first().waitFor()
  return (await page.locator('#answer .error').count()) > 0 ? 'error' : verdictOn(page)
}

const hashWord = (page: Page, name: string): string | null =>
  new URLSearchParams(new URL(page.url()).hash.slice(1)).get(name)

const verdictOrError = (ask: () => string): string => {
  try {
    return ask()
  } catch {
    return 'error'
  }
}
