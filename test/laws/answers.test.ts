/** A snapshot file that was torn is refused with an error that says so, or every question about it has an answer: never a defect. */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { withFixes } from '../../src/checks/fixes.ts'
import { ZtnetError } from '../../src/errors.ts'
import { compile, diff } from '../../src/index.ts'
import { compile as compileNetwork } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { shippedPolicy } from '../../src/policy/policy-file.ts'
import { matrixText } from '../../src/report/matrix-text.ts'
import { reachMarkdown } from '../../src/report/reach-markdown.ts'
import { styleOf } from '../../src/report/style.ts'
import { sceneOf } from '../../src/scene/estate.ts'
import { flowLinks } from '../../src/scene/flows.ts'
import { layout, openAtFirst } from '../../src/scene/layout.ts'
import { parseSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { drawn } from '../arbitrary/choices.ts'
import { damaged } from '../arbitrary/damage.ts'
import { programs } from '../arbitrary/network.ts'

const RUNS = Number(process.env['ZTNET_ANSWERS_RUNS'] ?? 8)

/** Errors that tell a user what is wrong are answers. */
const answer = <T>(ask: () => T): T | undefined => {
  try {
    return ask()
  } catch (error) {
    if (error instanceof ZtnetError) return undefined
    throw error
  }
}

const askEverything = (snapshot: Snapshot): void => {
  const estate = compile(snapshot)
  for (const by of ['tier', 'security-group'])
    answer(() => matrixText(estate.matrix({ by }), styleOf({ colour: false, columns: 80 })))
  const interfaces = snapshot.resources.filter(({ kind }) => kind === 'networkInterface').map(({ id }) => id)
  const ends = [...interfaces.slice(0, 3), 'internet', 'onprem', 'aws-services', '8.8.8.8']
  for (const from of ends) for (const to of ends) answer(() => reachMarkdown(estate.reach(from, to)))
  for (const from of ends.slice(0, 4)) answer(() => estate.blast(from))
  answer(() => estate.tiers())
  const compiled = compileNetwork(new Network(snapshot))
  answer(() => withFixes(compiled, shippedPolicy(), { today: '2026-11-27', most: 3, flows: 2 }))
  answer(() => {
    const scene = sceneOf(compiled, flowLinks(compiled, { filter: {} }))
    return layout(scene, openAtFirst(scene, 1000))
  })
}

describe.each(Object.keys(programs) as (keyof typeof programs)[])('a torn file of a random network: %s', (group) => {
  it('is refused, or has an answer to every question', () =>
    fc.assert(
      fc.property(drawn(damaged(programs[group])), ({ whole, lines }) => {
        const torn = answer(() => parseSnapshotLines(lines))
        if (!torn) return
        askEverything(torn)
        answer(() => diff(whole, torn))
        answer(() => diff(torn, whole))
        answer(() => diff(whole, torn, { match: 'name', by: 'subnet' }))
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
