/** All pairs at once and one question after the other are two ways to ask the same network: for every pair of every example and of random
 *  networks, matrix and path engine give the same verdicts and the same packets. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, cellsOf, type Group } from '../../src/analysis/cells.ts'
import { outcomeBetween } from '../../src/analysis/pair-answers.ts'
import { PairEngine } from '../../src/analysis/pair-engine.ts'
import { type Place, placeOfInterfaces } from '../../src/analysis/place.ts'
import { areBothOutside, askBetween, asksOf, type Filter, transportOf } from '../../src/analysis/question.ts'
import { outcomeOf } from '../../src/analysis/reach.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { classOf } from '../../src/aws/endpoint-class.ts'
import { Network } from '../../src/network/network.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'
import { addressLine, single } from '../../src/packet/address.ts'
import { type Packets, packetsAsJson } from '../../src/packet/describe.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import { beyondTheOracle } from '../arbitrary/beyond.ts'
import { drawn } from '../arbitrary/choices.ts'
import { programs, type Group as Program } from '../arbitrary/network.ts'
import { asked } from '../arbitrary/packet.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { examples } from '../examples/all.ts'
import { estate } from '../build.ts'
import type { SubnetOptions } from '../build/network.ts'
import type { AclRule } from '../build/rules.ts'

/** What a cell says, in words that can be compared. */
type Said = Readonly<Record<string, number>>

const ONPREM: Place = { selector: 'onprem', kind: 'onprem', resolved: [], is: 'onprem' }
const INTERNET: Place = { selector: 'internet', kind: 'internet', resolved: [], is: 'internet' }
const SERVICES: Place = { selector: 'aws-services', kind: 'aws-service', resolved: [], is: 'aws-service', services: [] }

const interfacesOf = ({ network }: Compiled): readonly NetworkInterface[] =>
  network.all('networkInterface').map(({ id }) => network.interface(id)!)

const flowText = (verdict: string, translated: boolean, packets: readonly Packets[]): string =>
  `${verdict}${translated ? ' by another address' : ''} ${JSON.stringify(packets)}`

/** One pair after the other, by the path engine. */
const askedOneByOne = (compiled: Compiled, from: Place, to: Place, filter: Filter): Said => {
  const members = (place: Place) =>
    place.is === 'interfaces' ? place.interfaces.map((each) => placeOfInterfaces([each], each.id)) : [place]
  const said: Record<string, number> = {}
  for (const sender of members(from))
    for (const receiver of members(to)) {
      if (sender.selector === receiver.selector) continue
      const told = new Set<string>()
      for (const ask of asksOf(compiled, sender, receiver, filter).asks) {
        const outcome = outcomeOf(compiled, ask, {})
        for (const verdict of VERDICTS) {
          if (verdict === 'unreachable') continue
          for (const [sources, rest] of outcome[verdict].rows)
            for (const [destinations, transport] of rest) {
              const packets = PacketSet.of(ask.family, {
                sources: sender.is === 'interfaces' ? addressLine(ask.family) : sources,
                destinations: receiver.is === 'interfaces' ? addressLine(ask.family) : destinations,
                transport,
              })
              told.add(flowText(verdict, ask.translated, packetsAsJson(packets)))
            }
        }
      }
      for (const flow of told) said[flow] = (said[flow] ?? 0) + 1
    }
  return said
}

const saidBy = ({ flows }: Cell): Said =>
  Object.fromEntries(
    flows.map(({ verdict, translated, packets, pairs }) => [
      flowText(verdict, translated, packetsAsJson(packets)),
      pairs,
    ]),
  )

const group = (place: Place): Group => ({ key: place.selector, place })

/** Every interface by itself, two groups that share members, and the places outside. */
const groupsIn = (compiled: Compiled): { readonly rows: Group[]; readonly columns: Group[] } => {
  const all = interfacesOf(compiled)
  const apart = all.map((each) => group(placeOfInterfaces([each], each.id)))
  const together = [
    group(placeOfInterfaces(all, 'all')),
    group(
      placeOfInterfaces(
        all.filter((_, index) => index % 3 !== 0),
        'some',
      ),
    ),
  ]
  return {
    rows: [...together, group(INTERNET), group(ONPREM), ...apart],
    columns: [...together, group(INTERNET), group(SERVICES), group(ONPREM), ...apart],
  }
}

const expectAgreement = (compiled: Compiled, filter: Filter): void => {
  const { rows, columns } = groupsIn(compiled)
  const cells = cellsOf(compiled, rows, columns, filter)
  for (const cell of cells) {
    const [from, to] = [cell.from.place, cell.to.place]
    // A question about two that are outside of the estate is refused.
    const expected = areBothOutside(compiled, from, to) ? {} : askedOneByOne(compiled, from, to, filter)
    expect({ from: cell.from.key, to: cell.to.key, ...saidBy(cell) }).toEqual({
      from: cell.from.key,
      to: cell.to.key,
      ...expected,
    })
  }
  // Where nobody has a row or a column alone, those of many VPCs are counted together.
  const of = (all: readonly Cell[]) =>
    new Map(all.map((cell) => [`${cell.from.key} -> ${cell.to.key}`, { pairs: cell.pairs, ...saidBy(cell) }]))
  const said = of(cells)
  for (const [pair, counted] of of(cellsOf(compiled, rows.filter(isCrowd), columns.filter(isCrowd), filter)))
    expect({ pair, ...counted }).toEqual({ pair, ...said.get(pair) })
}

const isCrowd = ({ place }: Group): boolean => place.is === 'interfaces' && place.interfaces.length !== 1

const FILTERS: readonly Filter[] = [
  {},
  { protocol: 6, ports: [443, 443] },
  { protocol: 1, icmpType: 8, icmpCode: 0 },
  // An echo request of IPv6 alone.
  { protocol: 58 },
  // Not one of those that devices pick.
  { protocol: 17, ports: [53, 53], sourcePort: 53 },
]

describe.each([...examples])('the matrix of %s', (_, snapshot) => {
  it.each(FILTERS)('says of every pair what the path engine says, asked about %j', (filter) => {
    expectAgreement(compile(new Network(snapshot)), filter)
  })
})

/** Of two interfaces alone, address by address. */
const expectSameOutcomes = (compiled: Compiled): void => {
  const all = interfacesOf(compiled).map((each) => placeOfInterfaces([each], each.id))
  for (const from of all)
    for (const to of all)
      for (const ask of asksOf(compiled, from, to, {}).asks) {
        const [walked, known] = [outcomeOf(compiled, ask, {}), outcomeBetween(compiled, ask, from, to)]
        const differing = VERDICTS.filter((verdict) => !walked[verdict].equals(known[verdict]))
        expect({ from: from.selector, to: to.selector, differing }).toMatchObject({ differing: [] })
      }
}

describe.each([...examples])('the tables of %s', (_, snapshot) => {
  it('answer of any two interfaces what the path engine answers', () => {
    expectSameOutcomes(compile(new Network(snapshot)))
  })
})

const RUNS = Number(process.env['ZTNET_AGREEMENT_RUNS'] ?? 24)

describe.each(Object.keys(programs) as Program[])('the matrix of random networks: %s', (program) => {
  it('says of every pair what the path engine says', () =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expectAgreement(compile(new Network(snapshot)), {})
      }),
      // A failure is printed as it was drawn: to shrink it asks every pair of every smaller network.
      { numRuns: RUNS, endOnFailure: true },
    ))

  it('rests on tables that answer of any two interfaces what the path engine answers', () =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expectSameOutcomes(compile(new Network(snapshot)))
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})

describe.each(Object.keys(programs) as Program[])('the matrix of networks beyond the oracle: %s', (program) => {
  const network = drawn((choices) => ({
    snapshot: beyondTheOracle(choices, programs[program](choices)),
    filter: choices.pick(FILTERS),
  }))
  it('says of every pair what the path engine says', () =>
    fc.assert(
      fc.property(network, ({ snapshot, filter }) => {
        expectAgreement(compile(new Network(snapshot)), filter)
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})

/** Rules of network ACLs: some take something from requests, some from answers, some from one neighbour's alone. */
const LISTS: readonly (readonly AclRule[])[] = [
  [],
  ['50 deny tcp 443 from 0.0.0.0/0'],
  ['50 deny tcp 443 to 0.0.0.0/0'],
  ['50 deny udp from 10.1.0.0/16'],
  ['50 deny tcp 1024-40000 to 10.0.0.0/16'],
  ['50 deny tcp 1024-65535 from 10.2.0.0/16', '60 deny icmp to 0.0.0.0/0'],
]

/** Three VPCs on one transit gateway, attached in each zone by a subnet of its own, or not in all. */
const zonedNetwork = drawn((choices) => {
  const open = ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'] as const
  const acl = () => (choices.chance(50) ? open : [...choices.pick(LISTS), ...open])
  const vpcs = ['shop', 'bank', 'farm'].map((name, at) => {
    const zones = ['a', 'b', 'c'].map((zone) => ({ name: `${name}-${zone}`, zone, door: choices.chance(90) }))
    return { name, at, zones }
  })
  const built = vpcs.reduce((all, { name, at, zones }) => {
    const vpc = all
      .vpc(name, `10.${at}.0.0/16`)
      .securityGroup(`${name}-any`, ['all from 0.0.0.0/0'])
      .securityGroup(`${name}-web`, ['tcp 443 from 10.0.0.0/8', 'udp from 10.0.0.0/8'])
    return zones.reduce((so, each, zone) => {
      const routes: SubnetOptions['routes'] = choices.chance(90) ? { '10.0.0.0/8': 'tgw-hub' } : {}
      const inside = so
        .subnet(each.name, `10.${at}.${zone}.0/24`, { zone: each.zone, routes, acl: acl() })
        .instance(each.name, `10.${at}.${zone}.10`, { groups: [`${name}-${choices.pick(['any', 'web'])}`] })
      if (!each.door) return inside
      return inside.subnet(`${each.name}-door`, `10.${at}.9${zone}.0/28`, { zone: each.zone, routes: {}, acl: acl() })
    }, vpc)
  }, estate())
  return vpcs.reduce((all, { name, zones }) => {
    const doors = zones.flatMap((each) => (each.door ? [`${each.name}-door`] : []))
    return doors.length === 0 ? all : all.transitGatewayAttachment(name, doors)
  }, built.transitGateway('hub'))
})

describe('the matrix of VPCs that a transit gateway joins zone by zone', () => {
  it('says of every pair what the path engine says', () =>
    fc.assert(
      fc.property(zonedNetwork, (network) => {
        expectAgreement(compile(new Network(network.snapshot())), {})
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})

/** Some of an estate after other parts of it, with what is kept between questions; the same of each asked afresh. */
const saidInTurn = (snapshot: Snapshot): { readonly kept: readonly Said[]; readonly afresh: readonly Said[] } => {
  const compiled = compile(new Network(snapshot))
  const parts = [2, 3, 1].map((every) => interfacesOf(compiled).filter((_, index) => index % every === 0))
  const said = (of: Compiled, at: number): readonly Said[] => {
    const some = group(placeOfInterfaces(parts[at]!.map(({ id }) => of.network.interface(id)!, 'some')))
    const one = group(placeOfInterfaces(parts[at]!.slice(-1).map(({ id }) => of.network.interface(id)!)))
    return cellsOf(of, [some, group(INTERNET)], [one, some], {}).map(saidBy)
  }
  const all = parts.map((_, at) => at)
  return {
    kept: all.flatMap((at) => said(compiled, at)),
    afresh: all.flatMap((at) => said(compile(new Network(snapshot)), at)),
  }
}

describe.each(Object.keys(programs) as Program[])(
  'one question after the other about random networks: %s',
  (program) => {
    it('has the answers that each has by itself', () =>
      fc.assert(
        fc.property(
          asked(program, 1).filter(({ snapshot }) =>
            snapshot.resources.some(({ kind }) => kind === 'networkInterface'),
          ),
          ({ snapshot }) => {
            const { kept, afresh } = saidInTurn(snapshot)
            expect(kept).toEqual(afresh)
          },
        ),
        { numRuns: 4 * RUNS, endOnFailure: true },
      ))
  },
)

/** What the tables know of two addresses, and what the path engine says of them. */
const tablesSayOtherwise = (compiled: Compiled): readonly string[] =>
  ([4, 6] as const).flatMap((family) => {
    const engine = new PairEngine(compiled, family, transportOf({}, family))
    const ends = interfacesOf(compiled).flatMap((each) => {
      const [address] = each.addressSet(family)
      return address === undefined ? [] : [{ each, address, of: classOf(compiled.network, each) }]
    })
    return ends.flatMap((from) =>
      ends.flatMap((to) => {
        if (from === to) return []
        const { fate } = engine.ask(from.of, to.of, from.address, to.address)
        if (!fate) return []
        const asked = askBetween(
          compiled,
          family,
          { sender: from.of, sources: single(from.address) },
          { receivers: to.of.members, destinations: single(to.address) },
          engine.headers,
        )
        const outcome = outcomeOf(compiled, asked, {})
        return VERDICTS.filter((verdict) => verdict !== 'unreachable').flatMap((verdict) => {
          const flow = fate.find((each) => each.verdict === verdict)
          const said = PacketSet.of(family, { transport: flow?.transport ?? [] })
          const found = PacketSet.of(family, { transport: outcome[verdict].transports() })
          return said.equals(found) ? [] : [`${from.each.id} -> ${to.each.id} IPv${family} ${verdict}`]
        })
      }),
    )
  })

/** Whose requests get there, and whose answers meet a table of which not all routes were read. */
const withAnswersUnknown = (): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub' } })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .vpc('far', '10.1.0.0/16')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub' } })
    .instance('far', '10.1.1.10', { groups: ['far'] })
    .transitGateway('hub')
    .transitGatewayAttachment('shop', ['app'])
    .transitGatewayAttachment('far', ['far'])
    .transitGatewayRouteTable('there', { associated: ['shop'], propagated: ['far'] })
    .transitGatewayRouteTable('back', { associated: ['far'] })
    .with('transitGatewayRoutes', 'tgw-rtb-back', { AdditionalRoutesAvailable: true })
    .snapshot()

describe('tables that do not know the way of answers', () => {
  it('leave the pair to the path engine', () => {
    const compiled = compile(new Network(withAnswersUnknown()))
    expect(tablesSayOtherwise(compiled)).toEqual([])
    expectAgreement(compiled, {})
  })
})

/** Two neighbours whose packets leave through a firewall and are let in past it: to each other's public address they meet it there and
 *  back. */
const seenOnTheWayOut = (): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'vpce-wall' } })
    .instance('one', '10.0.1.10', { groups: ['any'], publicIp: '54.10.0.1' })
    .instance('two', '10.0.1.11', { groups: ['any'], publicIp: '54.10.0.2' })
    .subnet('wall', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .networkFirewall('wall', '10.0.9.5', {})
    .snapshot()

describe('halves of a way that a firewall sees in one direction each', () => {
  it('leave the pair to the path engine', () => {
    expectAgreement(compile(new Network(seenOnTheWayOut())), {})
  })
})

/** Two VPCs of one block, as default VPCs are. Somebody in the first has the address of somebody in the second, and nobody read by which
 *  rules. */
const withTwinUnread = (): Snapshot =>
  estate()
    .vpc('shop', '172.31.0.0/16')
    .subnet('app', '172.31.0.0/20')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .instance('twin', '172.31.0.10', { groups: ['any', 'unread'] })
    .instance('web', '172.31.0.11', { groups: ['any'] })
    .vpc('far', '172.31.0.0/16')
    .subnet('far', '172.31.0.0/20')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .instance('far', '172.31.0.10', { groups: ['far'] })
    .securityGroup('unread', [])
    .losing('securityGroup', 'sg-unread')
    .snapshot()

describe('an address that two VPCs have', () => {
  it('is left to the path engine where nobody can tell what its holder lets in', () => {
    const compiled = compile(new Network(withTwinUnread()))
    expect(tablesSayOtherwise(compiled)).toEqual([])
    expectAgreement(compiled, {})
  })
})

/** Two lists lead to a peer: one through the peering, the other elsewhere. */
const byOneOfTwoLists = (other: 'eni-box' | 'blackhole', checked: boolean): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', {
      routes: { 'pl-one': 'pcx-shop-far', 'pl-two': other },
      acl: ['100 allow tcp 443 to 10.1.0.0/16', '100 allow all from 0.0.0.0/0'],
    })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .instance('box', '10.0.1.20', { groups: ['any'], checked })
    .prefixList('one', ['10.1.0.0/16'])
    .prefixList('two', ['10.1.1.0/24'])
    .vpc('far', '10.1.0.0/16')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
    .instance('far', '10.1.1.10', { groups: ['far'] })
    .peering('shop', 'far')
    .snapshot()

describe('lists that overlap', () => {
  it.each(['eni-box', 'blackhole'] as const)('are a choice for tables too, where the other leads to %s', (other) => {
    for (const checked of [true, false]) {
      const compiled = compile(new Network(byOneOfTwoLists(other, checked)))
      expect(tablesSayOtherwise(compiled)).toEqual([])
      expectAgreement(compiled, {})
    }
  })
})

describe.each(Object.keys(programs) as Program[])('the tables of random networks: %s', (program) => {
  it('know of two addresses what the path engine says of them', () =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expect(tablesSayOtherwise(compile(new Network(snapshot)))).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
