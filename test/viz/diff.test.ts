/** Several snapshots in one map: what opened and what closed, with causes, and nothing moves from one to the next. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { snapshotsFolder } from '../examples/all.ts'
import { folder } from '../cli/process.ts'
import { hasBrowser, keep, mapOf, open, pointOf, shown, verdictOn } from './browser.ts'

interface Snapshot {
  collectedAt: string
  resources: { kind: string; id: string; raw: Record<string, unknown> }[]
}

const read = (): Snapshot => JSON.parse(readFileSync(`${snapshotsFolder}three-tier.json`, 'utf8')) as Snapshot

const group = ({ resources }: Snapshot, name: string): Record<string, unknown> =>
  resources.find(({ kind, raw }) => kind === 'securityGroup' && raw['GroupName'] === name)!.raw

/** The worker goes; then functions lose the database, and the database gets open to the whole VPC. */
const history = (): readonly Snapshot[] => {
  const first = read()
  const second = read()
  second.collectedAt = '2026-11-01T08:00:00Z'
  second.resources = second.resources.filter(({ id }) => id !== WORKER)
  const third = read()
  third.collectedAt = '2026-12-01T08:00:00Z'
  third.resources = third.resources.filter(({ id }) => id !== WORKER)
  group(third, 'shop-rotate')['IpPermissionsEgress'] = []
  group(third, 'shop-database')['IpPermissions'] = [
    {
      IpProtocol: '-1',
      IpRanges: [{ CidrIp: '10.20.0.0/16' }],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    },
  ]
  return [first, second, third]
}

const WORKER = 'eni-0824c24ee848690c6'

describe.skipIf(!hasBrowser)('a map of several snapshots, in Chromium', () => {
  let file = ''
  let back = ''

  beforeAll(async () => {
    const [first, second, third] = history()
    const here = folder({ 'a.json': first, 'b.json': second, 'c.json': third })
    file = await mapOf(join(here, 'c.json'), '--diff', join(here, 'a.json'), '--diff', join(here, 'b.json'))
    back = await mapOf(join(here, 'a.json'), '--diff', join(here, 'c.json'))
  })

  it('tells what opened and closed since the one before, and which settings did it', async () => {
    const { page, errors } = await open(file)
    const text = await page.locator('#changes-pane').innerText()
    expect(text).toContain('shop/intra -> shop/database')
    expect(text).toMatch(/(?:because|and) sg-0bfa1759c7802b63d \(shop-rotate\): outbound tcp 5432 .* removed/)
    expect((await shown(page, 'edge.change-closed')).length).toBeGreaterThan(0)
    expect((await shown(page, 'edge.change-same')).length).toBeGreaterThan(0)
    await keep(page, 'diff')
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('draws what opened otherwise than what was open before, in line and word', async () => {
    const { page } = await open(back)
    expect((await shown(page, 'edge.change-opened')).length).toBeGreaterThan(0)
    expect(await page.locator('#changes-pane').innerText()).toContain('+ shop/intra -> shop/database tcp 5432')
    expect(await page.locator('#legend').innerText()).toContain('+ opened')
    await page.context().close()
  })

  it('stays where it is while one looks from snapshot to snapshot, and marks what came and went', async () => {
    const { page } = await open(file)
    const before = await pointOf(page, 'eni-0a36eb09e456225a7')
    expect(await shown(page, 'node.is-absent')).toContain(WORKER)
    await page.locator('#snapshot').focus()
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => location.hash.includes('snapshot=1'))
    await expect.poll(() => shown(page, 'node.is-gone')).toContain(WORKER)
    expect(await pointOf(page, 'eni-0a36eb09e456225a7')).toEqual(before)
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => location.hash.includes('snapshot=0'))
    await expect.poll(() => shown(page, 'node.is-gone, node.is-absent')).toEqual([])
    expect(await pointOf(page, 'eni-0a36eb09e456225a7')).toEqual(before)
    await page.context().close()
  })

  it('asks the snapshot that is looked at', async () => {
    const question = '#from=intra&to=database'
    const { page: then } = await open(file, `${question}&snapshot=0`)
    expect(await verdictOn(then)).toBe('reachable')
    const { page: now } = await open(file, question)
    expect(await verdictOn(now)).toBe('unreachable')
    await then.context().close()
    await now.context().close()
  })
})
