/** Text for terminals that are narrow: no line is wider than they are. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { reach } from '../../src/analysis/reach.ts'
import { tierReport } from '../../src/analysis/tiers.ts'
import { Network } from '../../src/network/network.ts'
import { reachText } from '../../src/report/reach-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { tiersText } from '../../src/report/tiers-text.ts'
import { parseSnapshotLines } from '../../src/snapshot/lines.ts'

const file = new URL('../../snapshots/three-tier.json', import.meta.url)
const compiled = compile(new Network(parseSnapshotLines(readFileSync(file, 'utf8').split('\n'), 'three-tier.json')))
const widest = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length))

describe.each([60, 80, 100])('in %i columns', (columns) => {
  const style = styleOf({ colour: false, columns })

  it.each([false, true])('the way of a packet fits, explained or not (%s)', (explain) => {
    const [from, to] = ['private', 'internet'].map((each) => resolvePlace(compiled.network, each))
    expect(widest(reachText(reach(compiled, from!, to!, {}), style, { explain }))).toBeLessThanOrEqual(columns)
  })

  it('no step is told twice in a row', () => {
    const [from, to] = ['private', 'internet'].map((each) => resolvePlace(compiled.network, each))
    const text = reachText(reach(compiled, from!, to!, {}), style, { explain: true })
    const steps = text.split(/\n {4}(?=[>x] )/)
    expect(steps.filter((step, at) => step === steps[at - 1])).toEqual([])
  })

  it('tiers fit', () => {
    expect(widest(tiersText(tierReport(compiled), style))).toBeLessThanOrEqual(columns)
  })
})
