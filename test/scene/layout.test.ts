/** Where boxes stand, as laws for every bundled network and for random ones: each in its box, none upon another, the same every time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { Network } from '../../src/network/network.ts'
import { sceneOf } from '../../src/scene/estate.ts'
import { elementsIn, layout, openAtFirst } from '../../src/scene/layout.ts'
import type { Box, Picture } from '../../src/scene/picture.ts'
import type { Scene, VpcBox } from '../../src/scene/scene.ts'
import { unionOf } from '../../src/scene/union.ts'
import { examples, snapshotsFolder } from '../examples/all.ts'

const sceneOfExample = async (name: string): Promise<Scene> => {
  const { snapshot } = await loadSnapshot(`${snapshotsFolder}${name}.json`)
  return sceneOf(compile(new Network(snapshot)))
}

const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + 0.001 &&
  inner.y + inner.height <= outer.y + outer.height + 0.001

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** What stands on an edge, or is the background of a row, belongs to its box and is not in it. */
const isInside = ({ role }: Box): boolean => role !== 'thing' && role !== 'band'

const assertWellPlaced = ({ boxes }: Picture): void => {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  expect(byId.size).toBe(boxes.length)
  for (const box of boxes.filter(isInside)) {
    if (box.parent === undefined) continue
    const parent = byId.get(box.parent)!
    expect(holds(parent, box), `${box.id} in ${parent.id}`).toBe(true)
    expect(boxes.indexOf(parent)).toBeLessThan(boxes.indexOf(box))
  }
  const inside = boxes.filter(isInside)
  for (const [index, a] of inside.entries())
    for (const b of inside.slice(index + 1))
      if (a.parent === b.parent) expect(overlap(a, b), `${a.id} on ${b.id}`).toBe(false)
}

describe('a picture', () => {
  it.each([...examples.keys()])(
    'of %s has every box in its box and none upon another, whatever is open',
    async (name) => {
      const scene = await sceneOfExample(name)
      const all = [...openAtFirst(scene, Infinity)]
      assertWellPlaced(layout(scene, new Set()))
      assertWellPlaced(layout(scene, new Set(all)))
      fc.assert(
        fc.property(fc.subarray(all), (open) => {
          assertWellPlaced(layout(scene, new Set(open)))
        }),
        { numRuns: 20 },
      )
    },
  )

  it('is the same each time', async () => {
    const picture = async (): Promise<Picture> => {
      const scene = await sceneOfExample('transit-hub')
      return layout(scene, openAtFirst(scene, Infinity))
    }
    expect(await picture()).toEqual(await picture())
  })

  it('shows an interface that is one of many as one, with their number', async () => {
    const scene = randomScene({ vpcs: 1, subnets: 1, lots: 1, count: 12 })
    const { boxes } = layout(scene, openAtFirst(scene, Infinity))
    expect(boxes.find(({ role }) => role === 'lot')).toMatchObject({ count: 12, detail: '12 alike' })
  })

  it('opens no more at first than there is room for, and all that there is where there is room', () => {
    fc.assert(
      fc.property(
        fc.record({
          vpcs: fc.integer({ min: 1, max: 30 }),
          subnets: fc.integer({ min: 1, max: 8 }),
          lots: fc.integer({ min: 1, max: 30 }),
          count: fc.constant(1),
        }),
        fc.integer({ min: 100, max: 2000 }),
        (shape, most) => {
          const scene = randomScene(shape)
          const first = openAtFirst(scene, most)
          const everything = openAtFirst(scene, Infinity)
          const drawn = elementsIn(layout(scene, first))
          const isRoomy = elementsIn(layout(scene, everything)) <= most
          expect(first.size === 0 || drawn <= most).toBe(true)
          expect(isRoomy && first.size !== everything.size).toBe(false)
          assertWellPlaced(layout(scene, first))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('shows a list of its own instead of more interfaces of one subnet than anybody looks at', () => {
    const scene = randomScene({ vpcs: 1, subnets: 1, lots: 200, count: 1 })
    const { boxes } = layout(scene, openAtFirst(scene, Infinity))
    expect(boxes.filter(({ role }) => role === 'lot')).toHaveLength(47)
    expect(boxes.find(({ role }) => role === 'more')).toMatchObject({ title: '153 more', detail: '153 interfaces' })
  })
})

describe('several snapshots in one picture', () => {
  it('stand where they stand whichever is looked at', () => {
    const before = randomScene({ vpcs: 2, subnets: 2, lots: 3, count: 1 })
    const after = randomScene({ vpcs: 3, subnets: 2, lots: 5, count: 2 })
    const scenes = [before, after]
    const [a, b] = [unionOf(scenes, 0), unionOf(scenes, 1)].map((scene) => layout(scene, openAtFirst(scene, Infinity)))
    const places = ({ boxes }: Picture): unknown =>
      boxes.map(({ id, x, y, width, height }) => [id, x, y, width, height])
    expect(places(a!)).toEqual(places(b!))
    expect(a!.boxes.find(({ id }) => id === 'eni-0-0-0')).toMatchObject({ count: 1 })
    expect(b!.boxes.find(({ id }) => id === 'eni-0-0-0')).toMatchObject({ count: 2 })
  })

  it('is the scene itself where there is but one', async () => {
    const scene = await sceneOfExample('three-tier')
    expect(unionOf([scene], 0).accounts).toEqual(scene.accounts)
  })
})

interface Shape {
  readonly vpcs: number
  readonly subnets: number
  readonly lots: number
  readonly count: number
}

const randomScene = (shape: Shape): Scene => ({
  outside: [{ id: 'internet', kind: 'internet' }],
  accounts: [
    {
      id: '111122223333',
      regions: [{ name: 'eu-central-1', vpcs: Array.from({ length: shape.vpcs }, (_, index) => vpcOf(shape, index)) }],
    },
  ],
  between: [],
  attachments: [],
})

const vpcOf = ({ subnets, lots, count }: Shape, index: number): VpcBox => {
  const id = `vpc-${index}`
  const interfaces = lots * count
  return {
    id,
    cidrs: [],
    edge: [{ id: `igw-${index}`, kind: 'internet-gateway' }],
    tiers: [{ id: `vpc:${id}/private`, tier: 'private', subnets, interfaces: subnets * interfaces }],
    zones: ['z1', 'z2'],
    subnets: Array.from({ length: subnets }, (_, subnet) => ({
      id: `subnet-${index}-${subnet}`,
      cidrs: [],
      zone: subnet % 2 === 0 ? 'z1' : 'z2',
      tier: 'private' as const,
      interfaces,
      lots: Array.from({ length: lots }, (_, lot) => ({
        id: `eni-${index}-${subnet}-${lot}`,
        kind: 'instance' as const,
        count,
      })),
    })),
  }
}
