/** What tables know of two addresses, and of all pairs at once, where the way there and the way back are not one. */
import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../src/analysis/cells.ts'
import { PairEngine } from '../../src/analysis/pair-engine.ts'
import { placeOfInterfaces } from '../../src/analysis/place.ts'
import { transportOf } from '../../src/analysis/question.ts'
import { compile } from '../../src/aws/compile.ts'
import { classOf } from '../../src/aws/endpoint-class.ts'
import { Network } from '../../src/network/network.ts'
import { type Estate, estate } from '../build.ts'

/** Of one pair by itself, and counted with others; undefined where tables do not know. */
const verdicts = (facts: Estate, from: string, to: string): readonly string[] | undefined => {
  const compiled = compile(new Network(facts.snapshot()))
  const engine = new PairEngine(compiled, 6, transportOf({}, 6))
  const [sender, receiver] = [from, to].map((id) => compiled.network.interface(`eni-${id}`)!)
  const of = (each: typeof sender) => classOf(compiled.network, each!)
  const { fate } = engine.ask(of(sender), of(receiver), sender!.addressSet(6)[0]!, receiver!.addressSet(6)[0]!)
  const alone = fate?.map(({ verdict }) => verdict)
  const [row, column] = [sender!, receiver!].map((each) => ({ key: each.id, place: placeOfInterfaces([each]) }))
  const [cell] = cellsOf(compiled, [row!], [column!], { families: [6] })
  expect(cell!.flows.map(({ verdict }) => verdict)).toEqual(alone)
  return alone
}

describe('answers to what left by an egress-only internet gateway', () => {
  const open = { groups: ['open'] }
  const facts = estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:aaaa::/56'])
    .egressOnlyInternetGateway('shop')
    .securityGroup('open', ['all from 0.0.0.0/0', 'all from ::/0'])
    .subnet('a', ['10.0.1.0/24', '2600:1f18:aaaa:1::/64'], { routes: { '::/0': 'eigw-shop' } })
    .instance('a', ['10.0.1.10', '2600:1f18:aaaa:1::a'], open)
    .vpc('far', ['10.1.0.0/16', '2600:1f18:bbbb::/56'])
    .internetGateway('far')
    .securityGroup('open-far', ['all from 0.0.0.0/0', 'all from ::/0'])

  it('come home by the internet, where it let the request out (R-EIGW-1)', () => {
    const back = facts
      .subnet('b', ['10.1.1.0/24', '2600:1f18:bbbb:1::/64'], { routes: { '::/0': 'igw-far' } })
      .instance('b', ['10.1.1.10', '2600:1f18:bbbb:1::b'], { groups: ['open-far'] })
    expect(verdicts(back, 'a', 'b')).toEqual(['reachable'])
    expect(verdicts(back, 'b', 'a')).toEqual([])
  })

  it('come home by a peering too: it translates nothing, and the security group knows the flow (R-SG-2)', () => {
    const back = facts
      .peering('shop', 'far')
      .subnet('b', ['10.1.1.0/24', '2600:1f18:bbbb:1::/64'], {
        routes: { '::/0': 'igw-far', '2600:1f18:aaaa::/56': 'pcx-shop-far' },
      })
      .instance('b', ['10.1.1.10', '2600:1f18:bbbb:1::b'], { groups: ['open-far'] })
    expect(verdicts(back, 'a', 'b')).toEqual(['reachable'])
  })
})
