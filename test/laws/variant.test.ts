/** A network that shares stages with one that was asked before says what it says by itself: whatever setting was changed, and for all that the
 *  other one remembers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, type Group } from '../../src/analysis/cells.ts'
import { outsideOf } from '../../src/analysis/groups.ts'
import { placeOfInterfaces, takesPart } from '../../src/analysis/place.ts'
import { type Compiled, compile, compileVariant } from '../../src/aws/compile.ts'
import { editionOf } from '../../src/diff/settings.ts'
import { touchedBy } from '../../src/diff/touched.ts'
import { Network } from '../../src/network/network.ts'
import { packetsAsJson } from '../../src/packet/describe.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { drawn } from '../arbitrary/choices.ts'
import { withEdits } from '../arbitrary/edits.ts'
import { programs } from '../arbitrary/network.ts'

const RUNS = Number(process.env['ZTNET_DIFF_RUNS'] ?? 12)

/** Between every two interfaces and places outside. */
const saidOf = (compiled: Compiled): unknown => {
  const { network } = compiled
  const inside = network.interfaces().filter((each) => takesPart(network, each))
  const [rows, columns] = (['from', 'to'] as const).map((role): readonly Group[] => [
    ...inside.map((each) => ({ key: each.id, place: placeOfInterfaces([each]) })),
    ...outsideOf(network, role),
  ])
  return cellsOf(compiled, rows!, columns!, {}).flatMap(({ from, to, flows }) =>
    flows.map(({ packets, ...flow }) => ({ ...flow, from: from.key, to: to.key, packets: packetsAsJson(packets) })),
  )
}

/** Of the old network with each setting that was changed, and with all of them. */
const expectSame = (before: Snapshot, after: Snapshot): void => {
  const { settings, with: edited } = editionOf(before, after)
  const old = compile(new Network(before))
  saidOf(old)
  for (const some of [...settings.map((setting) => [setting]), settings]) {
    const network = new Network(edited(some), old.network)
    const touched = touchedBy([old.network, network], some)
    if (!touched) continue
    const [variant, alone] = [compileVariant(network, { of: old, touched }), compile(new Network(edited(some)))]
    expect(saidOf(variant)).toEqual(saidOf(alone))
  }
}

describe.each(Object.keys(programs) as (keyof typeof programs)[])('random changes of random networks: %s', (group) => {
  it('leave what they do not touch as it was', () =>
    fc.assert(
      fc.property(drawn(withEdits(programs[group])), ({ before, after }) => expectSame(before, after)),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
