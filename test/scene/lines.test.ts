/** Which lines a picture has: what breaks a rule says so by itself, and a chosen box of a large estate can be followed. */
import { describe, expect, it } from 'vitest'
import { type Breach, breakingFlows, markedFlows } from '../../src/scene/flows.ts'
import { lineLabel, linesOf } from '../../src/scene/lines.ts'
import type { Box } from '../../src/scene/picture.ts'
import type { FlowLink, Scene } from '../../src/scene/scene.ts'

const at = (id: string, role: Box['role'], x: number, parent?: string): Box => ({
  id,
  role,
  title: id,
  x,
  y: x,
  width: 10,
  height: 10,
  ...(parent !== undefined && { parent }),
})

const VPCS = Array.from({ length: 12 }, (_, n) => `vpc-${n}`)
const TIERS = ['public', 'private', 'database']
const boxes = VPCS.flatMap((vpc, n) => [
  at(vpc, 'vpc', n * 100),
  ...TIERS.map((tier, row) => at(`vpc:${vpc}/${tier}`, 'tier', n * 100 + row * 20, vpc)),
])
const flow = (from: string, to: string): FlowLink => ({
  from,
  to,
  verdict: 'reachable',
  packets: ['tcp 443'],
  pairs: '1/1',
})
const ids = boxes.filter(({ role }) => role === 'tier').map(({ id }) => id)
const flows = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => flow(from, to)))
const scene = (links: readonly FlowLink[]): Scene => ({
  outside: [],
  accounts: [],
  between: [],
  attachments: [],
  flows: links,
})
const drawn = (focus: string) => linesOf(scene(flows), boxes, { most: 100, focus })

describe('flows of a chosen box in a large estate', () => {
  it('are one line for each other VPC, there and back, and so are those inside', () => {
    const { lines } = drawn('vpc-3')
    const crossing = lines.filter(({ from, to }) => from === 'vpc-3' || to === 'vpc-3')
    expect(crossing).toHaveLength(VPCS.length - 1)
    expect(crossing.every(({ count }) => count === TIERS.length ** 2)).toBe(true)
    expect(lines).toHaveLength(crossing.length + (TIERS.length * (TIERS.length - 1)) / 2)
    expect(lines.every(({ isBothWays }) => isBothWays)).toBe(true)
  })

  it('are so too where nothing is chosen and there is room for all', () => {
    const { lines, leftOut } = linesOf(scene(flows), boxes, { most: Infinity })
    const pairs = (count: number): number => (count * (count - 1)) / 2
    expect(lines).toHaveLength(pairs(VPCS.length) + VPCS.length * pairs(TIERS.length))
    expect(leftOut).toEqual(NOTHING)
  })

  it('keep the end of a chosen tier, and lose none', () => {
    const tier = 'vpc:vpc-3/private'
    const { lines } = drawn(tier)
    expect(lines.every(({ from, to }) => from === tier || to === tier)).toBe(true)
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length - 1)
  })
})

const NOTHING = { breaking: 0, changed: 0, others: 0 }
const breach = (from: string, to: string, title = 'open to all'): Breach => ({
  from,
  to,
  title,
  verdict: 'reachable',
  packets: ['tcp 443'],
})

describe('more flows than there is room for', () => {
  const [a, b, c] = ids as [string, string, string]
  const [last] = ids.slice(-1) as [string]
  const most = 20

  it('keep what breaks a rule, the worst first, and say exactly how much is not drawn', () => {
    const marked = breakingFlows(flows, [breach(last, a), breach(a, b), breach(b, c)])
    const { lines, leftOut } = linesOf(scene(marked), boxes, { most })
    expect(lines.slice(0, 3).map(({ from, to }) => [from, to])).toEqual([
      [last, a],
      [a, b],
      [b, c],
    ])
    const drawn = lines.reduce((sum, { count, isBothWays }) => sum + count * (isBothWays ? 2 : 1), 0)
    expect(leftOut.breaking).toBe(0)
    expect(leftOut.others).toBeGreaterThan(0)
    expect(leftOut.others).toBeGreaterThanOrEqual(flows.length - drawn)
    const worst = linesOf(scene(marked), boxes, { most: 2 })
    expect(worst.lines.map(({ from, to }) => [from, to])).toEqual([
      [last, a],
      [a, b],
    ])
    expect(worst.leftOut).toEqual({ breaking: 1, changed: 0, others: flows.length - 3 })
  })

  it('keep what opened and closed', () => {
    const changed = flows.map((each, at) => (at < 2 ? { ...each, change: at === 0 ? 'closed' : 'opened' } : each))
    const { lines, leftOut } = linesOf(scene(changed as readonly FlowLink[]), boxes, { most: 1 })
    expect(lines.map(({ flow: link }) => link?.change)).toEqual(['opened'])
    expect(leftOut).toEqual({ breaking: 0, changed: 1, others: flows.length - 2 })
  })

  it('go out of the estate first, then from VPC to VPC', () => {
    const internet = at('internet', 'thing', -50)
    const out = flow(a, 'internet')
    const { lines } = linesOf(scene([...flows, out]), [...boxes, internet], { most })
    expect(lines[0]).toMatchObject({ to: 'internet' })
    expect(lines.slice(1).every(({ from, to }) => from.startsWith('vpc-') && to.startsWith('vpc-'))).toBe(true)
  })

  it('keep what breaks a rule elsewhere when a box is chosen', () => {
    const { lines } = linesOf(scene(breakingFlows(flows, [breach(a, b)])), boxes, { most, focus: last })
    expect(lines.filter(({ flow: link }) => link?.breaks)).toHaveLength(1)
    expect(lines.length).toBeGreaterThan(1)
  })
})

describe('flows of an estate that was not asked about all', () => {
  const [a, b, c] = ids as [string, string, string]

  it('are those that opened or closed, and those that break a rule', () => {
    const opened = { from: a, to: c, opens: true, text: ['tcp 22'] }
    expect(markedFlows([breach(a, b)], [opened])).toMatchObject([
      { from: a, to: b, breaks: ['open to all'], packets: ['tcp 443'] },
      { from: a, to: c, change: 'opened', packets: ['tcp 22'] },
    ])
  })

  it('are left out in a number that nobody knows', () => {
    const { leftOut } = linesOf({ ...scene([]), isPartlyAsked: true }, boxes, { most: 1 })
    expect(leftOut.others).toBeUndefined()
  })
})

describe('flows there and back', () => {
  const [a, b] = ids as [string, string]
  const both = (back: Partial<FlowLink>) =>
    linesOf(scene([flow(a, b), { ...flow(b, a), ...back }]), boxes, { most: 100 }).lines

  it('are one line where they are alike', () => {
    expect(both({}).map(({ from, to, isBothWays }) => [from, to, isBothWays])).toEqual([[a, b, true]])
  })

  it.each([
    ['packets', { packets: ['udp 53'] }],
    ['verdict', { verdict: 'one-way' }],
    ['a NAT gateway that one goes by', { byNatOrEndpoint: true }],
    ['what became of them', { change: 'opened' }],
    ['a rule that one breaks', { breaks: ['open to all'] }],
  ] as const)('are two where they differ by %s', (_, back) => {
    expect(both(back)).toHaveLength(2)
    expect(both(back).some(({ isBothWays }) => isBothWays)).toBe(false)
  })
})

describe('a line that stands for several flows', () => {
  const closed = boxes.filter(({ role }) => role === 'vpc')
  const one = flow('vpc-0', 'vpc-1')
  const by: FlowLink = { ...one, byNatOrEndpoint: true }
  const line = (links: readonly FlowLink[]) => linesOf(scene(links), closed, { most: 100 }).lines[0]?.flow

  it('goes by a NAT gateway or a VPC endpoint where all of them do', () => {
    expect(line([by, by])?.byNatOrEndpoint).toBe(true)
  })

  it('goes plainly where one of them does, whichever stands first', () => {
    expect(line([by, one])?.byNatOrEndpoint).toBeUndefined()
    expect(line([one, by])?.byNatOrEndpoint).toBeUndefined()
  })

  it('goes by it where what goes plainly is less sure than what the line shows', () => {
    expect(line([{ ...one, verdict: 'unknown' }, by])).toMatchObject({ verdict: 'reachable', byNatOrEndpoint: true })
  })
})

describe('a flow that breaks a rule', () => {
  const [a, b, c] = ids as [string, string, string]
  const marked = breakingFlows([flow(a, b), flow(b, a), flow(a, c)], [breach(a, b)])

  it('is marked in its direction alone', () => {
    expect(marked.map(({ breaks }) => breaks)).toEqual([['open to all'], undefined, undefined])
  })

  it('says so in its label, alone and among others', () => {
    expect(linesOf(scene(marked), boxes, { most: 100 }).lines.map(lineLabel)).toEqual([
      '▲ tcp 443',
      'tcp 443',
      'tcp 443',
    ])
    const closed = boxes.filter(({ role }) => role === 'vpc')
    const far = breakingFlows([flow('vpc-0', 'vpc-1'), { ...flow('vpc-0', 'vpc-1') }], [breach('vpc-0', 'vpc-1')])
    expect(linesOf(scene(far), closed, { most: 100 }).lines.map(lineLabel)).toEqual(['▲ 2 tier pairs'])
  })
})
