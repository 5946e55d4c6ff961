/** Random networks are worth their time only if they are lawful, repeatable, and lead packets through what they are about. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resourceSchemas } from '../../src/snapshot/schema.ts'
import { admit } from '../../src/snapshot/shape.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { simulate, verdictOf } from '../oracle/simulate.ts'
import { linesOf, minimise } from './minimise.ts'
import { type Group, networks, programs } from './network.ts'
import { asked, packetArbitrary, sendersOf } from './packet.ts'

const groups = Object.keys(programs) as Group[]

/** What a request to or through the nouns of a group leaves in its trail. */
const CROSSED: Readonly<Record<Group, readonly RegExp[]>> = {
  oneVpc: [/^stays in/, /passes all filters/, /if the receiver carries/, /^eice-\S+ sends for client/],
  internetEdge: [
    /^igw-\S+ to the internet/,
    /^igw-\S+ into vpc/,
    /translates/,
    /restores/,
    /^eigw-\S+ to the internet/,
    /^dropped: its range is not advertised/,
  ],
  peering: [/^pcx-\S+ to vpc/, /returned over the peering/],
  transit: [/into tgw-/, /^tgw-attach-\S+ to tgw-/, /^tgw-attach-\S+ into vpc/, / inspects$/],
  loadBalancers: [/to target .* as the client$/, /to target [^ ]+$/, /answers its client/],
  endpoints: [/delivers to the service/, /^com\.amazonaws\.\S+ answers at/],
  middleboxes: [/^appliance .* forwards$/, / inspects$/, /forwards the reply/],
  natInstances: [/^appliance .* translates/, /^eni-\S+ restores/, /^unknown: what lies behind/],
  firewalls: [/^firewall .* inspects$/, /^dropped: FIREWALL/],
  network: [/into tgw-/, /^pcx-/, /to target/, /translates/],
  hybrid: [
    /^vgw-\S+ delivers on premises/,
    /^vgw-\S+ into vpc-\S+$/,
    /^vgw-\S+ into vpc-\S+ by rtb-/,
    /^tgw-attach-\S+ delivers on premises/,
    /^from on premises by tgw-attach-/,
    /^dropped: VPN_SELECTOR/,
    /^dropped: no way in from on premises/,
    /carries no IPv/,
    /^dropped: VGW_NO_ROUTE/,
    /^unknown: what is beyond/,
    /^appliance .* forwards$/,
  ],
}

describe.each(groups)('%s', (group) => {
  test('is the same for the same seed, byte by byte', () => {
    const draw = () => JSON.stringify(fc.sample(asked(group, 5), { seed: 42, numRuns: 5 }))
    expect(draw()).toBe(draw())
  })

  test('consists of records that fit the schema, under ids that exist once', () => {
    fc.assert(
      fc.property(networks[group], (snapshot) => {
        for (const { kind, raw } of snapshot.resources)
          expect(admit(resourceSchemas[kind].raw, structuredClone(raw)), `${kind} ${JSON.stringify(raw)}`).toBe(
            undefined,
          )
        const keys = snapshot.resources.map(({ kind, account, region, id }) => `${kind} ${account} ${region} ${id}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 30 },
    )
  })

  test('names nothing that is not there', () => {
    fc.assert(
      fc.property(networks[group], (snapshot) => {
        const known = new Set(snapshot.resources.map(({ id }) => id))
        const named = [...JSON.stringify(snapshot.resources.map(({ raw }) => raw)).matchAll(REFERENCE)].map(
          ([id]) => id,
        )
        expect(named.filter((id) => !known.has(id))).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  test('leads packets through its nouns, a good share to an end and back, and some astray', () => {
    const trails = new Set<string>()
    const verdicts = new Map<string, number>()
    for (const { snapshot, questions } of fc.sample(asked(group, 30), { seed: 1, numRuns: 120 }))
      for (const { from, packet } of questions) {
        const fate = simulate(snapshot, from, packet)
        for (const { trail } of fate) for (const line of trail) trails.add(line)
        verdicts.set(verdictOf(fate), (verdicts.get(verdictOf(fate)) ?? 0) + 1)
      }
    const crossed = CROSSED[group].filter((line) => [...trails].some((each) => line.test(each)))
    expect(crossed).toEqual(CROSSED[group])
    const share = (verdict: string) => (verdicts.get(verdict) ?? 0) / 3600
    expect(share('reachable')).toBeGreaterThan(0.12)
    expect(share('one-way')).toBeGreaterThan(0.005)
    expect(share('unreachable')).toBeGreaterThan(0.2)
  })
})

test('where records could not be read some packets are unknown, and say what is missing', () => {
  const verdicts = new Set<string>()
  for (const group of groups)
    for (const { snapshot, questions } of fc.sample(asked(group, 20, true), { seed: 2, numRuns: 20 })) {
      expect(snapshot.gaps.length).toBeGreaterThan(0)
      for (const { from, packet } of questions)
        for (const { verdict, unknowns } of simulate(snapshot, from, packet)) {
          verdicts.add(verdict)
          expect(verdict === 'unknown' && unknowns.length === 0).toBe(false)
        }
    }
  expect([...verdicts].sort()).toEqual(['one-way', 'reachable', 'unknown', 'unreachable'])
})

/** Ids that point at something of the snapshot; attachments, allocations and the like have no record of their own here. */
const REFERENCE =
  /\b(?:vpc|subnet|eni|sg|rtb|acl|igw|eigw|nat|pcx|tgw|tgw-rtb|vgw|vpn|dxgw|pl|i)-[0-9a-f]{8}\b|\b(?:tgw-attach|vpce)-[0-9a-f]{8}\b/g

test('a failure shrinks to a small network by itself, and to next to nothing by leaving out', () => {
  const reached = (snapshot: Snapshot): boolean =>
    sendersOf(snapshot).length > 1 &&
    fc
      .sample(packetArbitrary(snapshot), { seed: 3, numRuns: 20 })
      .some(({ from, packet }) => simulate(snapshot, from, packet).some(({ verdict }) => verdict === 'reachable'))
  const { counterexample } = fc.check(
    fc.property(networks.oneVpc, (snapshot) => !reached(snapshot)),
    { seed: 5 },
  )
  const [found] = counterexample ?? []
  expect(found?.resources.length).toBeLessThan(20)
  const smallest = minimise(found!, reached)
  expect(smallest.resources.length).toBeLessThan(8)
  expect(linesOf(smallest).split('\n')).toHaveLength(smallest.resources.length)
  expect(reached(smallest)).toBe(true)
})
