/** Labels of lines are read, so they stand beside icons and each other, on their own line. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { Network } from '../../src/network/network.ts'
import { labelPoint } from '../../src/scene/curves.ts'
import { sceneOf } from '../../src/scene/estate.ts'
import { flowLinks } from '../../src/scene/flows.ts'
import { labelSize, withLabels } from '../../src/scene/labels.ts'
import { layout, openAtFirst } from '../../src/scene/layout.ts'
import { lineLabel } from '../../src/scene/lines.ts'
import type { Box, Line } from '../../src/scene/picture.ts'
import { examples, snapshotsFolder } from '../examples/all.ts'

/** Left, top, right and bottom. */
type Sides = readonly [number, number, number, number]

const sidesOf = (line: Line): Sides => {
  const { x, y } = labelPoint(line)
  const { width, height } = labelSize(lineLabel(line))
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
}

const meet = (a: Sides, b: Sides): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]

const thing = (x: number, y: number): Box => ({
  id: `at ${x} ${y}`,
  role: 'thing',
  title: 'gateway',
  x,
  y,
  width: 36,
  height: 36,
})

const line = (id: string, y: number): Line => ({
  id,
  role: 'flow',
  from: 'a',
  to: 'b',
  start: { x: 0, y },
  end: { x: 600, y },
  bow: 0,
  count: 1,
  flow: { from: 'a', to: 'b', verdict: 'reachable', packets: ['tcp 443'], pairs: '1/1' },
})

describe('the label of a line', () => {
  it('stands in the middle where nothing is in its way', () => {
    expect(withLabels([line('alone', 0)], [thing(280, 100)]).map(labelPoint)).toEqual([{ x: 300, y: 0 }])
  })

  it('stands beside an icon that its line leads over', () => {
    const [placed] = withLabels([line('over', 18)], [thing(280, 0)])
    expect(meet(sidesOf(placed!), [280, 0, 316, 66])).toBe(false)
    expect(Math.abs(labelPoint(placed!).x - 300)).toBeLessThan(90)
  })

  it('stands beside that of a line next to it', () => {
    const [one, other] = withLabels([line('one', 0), line('other', 10)], [])
    expect(meet(sidesOf(one!), sidesOf(other!))).toBe(false)
  })

  it.each(['dual-stack', 'hybrid', 'nat-gateway', 'three-tier'])('of %s is covered by no icon', async (name) => {
    expect([...examples.keys()]).toContain(name)
    const { snapshot } = await loadSnapshot(`${snapshotsFolder}${name}.json`)
    const compiled = compile(new Network(snapshot))
    const scene = sceneOf(compiled, flowLinks(compiled, { filter: {} }))
    const { lines, boxes } = layout(scene, openAtFirst(scene, Infinity))
    const labelled = lines.filter((each) => lineLabel(each) !== '')
    expect(labelled.length).toBeGreaterThan(0)
    const things = boxes.filter(({ role }) => role === 'thing')
    for (const each of labelled)
      for (const { id, x, y, width, height } of things)
        expect(meet(sidesOf(each), [x, y, x + width, y + height]), `${each.id} over ${id}`).toBe(false)
  })
})
