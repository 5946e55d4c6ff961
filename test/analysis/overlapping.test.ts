/** VPCs that have the same block: an address alone does not say who is meant. */
import { describe, expect, it } from 'vitest'
import { withoutSharers } from '../../src/analysis/arrivals.ts'
import { matrix } from '../../src/analysis/matrix.ts'
import { placeOfInterfaces } from '../../src/analysis/place.ts'
import { judge, reach } from '../../src/analysis/reach.ts'
import { compile } from '../../src/aws/compile.ts'
import { classOf } from '../../src/aws/endpoint-class.ts'
import { Network } from '../../src/network/network.ts'
import { estate } from '../build.ts'

/** What goes from app to the block of db goes by a private NAT gateway, which stands there; another VPC has that block too. */
const shop = estate()
  .vpc('other', '10.1.2.0/24')
  .securityGroup('open', ['all from 0.0.0.0/0'])
  .subnet('strangers', '10.1.2.0/24')
  .instance('stranger', '10.1.2.10', { groups: ['open'] })
  .vpc('shop', '10.1.0.0/16')
  .securityGroup('open-too', ['all from 0.0.0.0/0'])
  .subnet('app', '10.1.1.0/24', { routes: { '10.1.2.0/24': 'nat-inside' } })
  .instance('app', '10.1.1.10', { groups: ['open-too'] })
  .subnet('db', '10.1.2.0/24')
  .natGateway('inside', '10.1.2.11')
  .instance('db', '10.1.2.12', { groups: ['open-too'] })

const compiled = compile(new Network(shop.snapshot()))
const verdicts = Object.fromEntries(
  matrix(compiled, { by: 'interface', filter: {} }).cells.map(({ from, to, verdict }) => [`${from} ${to}`, verdict]),
)

describe('packets to an address that two VPCs have', () => {
  it('get to who has it in the VPC that they are in, and to nobody where nobody has', () => {
    expect(verdicts['eni-app eni-db']).toBe('reachable')
    expect(verdicts['eni-app eni-stranger'] ?? 'unreachable').toBe('unreachable')
  })

  it("are no more somebody else's where only some of a class are asked about", () => {
    const more = shop.instance('twin', '10.1.2.10', { groups: ['open-too'] })
    const both = compile(new Network(more.snapshot()))
    const place = (...ids: readonly string[]) => placeOfInterfaces(ids.map((id) => both.network.interface(id)!))
    const to = place('eni-stranger', 'eni-db')
    const cells = matrix(both, { by: 'interface', from: place('eni-app'), to, filter: {} }).cells
    expect(cells.map((cell) => [cell.to, cell.verdict])).toEqual([
      ['eni-db', 'reachable'],
      ['eni-stranger', 'unreachable'],
    ])
    expect(judge(both, place('eni-app'), place('eni-stranger'), {}).verdict).toBe('unreachable')
    expect(reach(both, place('eni-app'), to, {}).flows.flatMap((flow) => flow.to)).toEqual(['eni-db'])
    // Asked about together, twin would take for stranger what db is asked about with it.
    const receivers = ['eni-stranger', 'eni-db', 'eni-app'].map((id) => {
      const each = both.network.interface(id)!
      return { class: classOf(both.network, each), members: [each] }
    })
    const alone = withoutSharers(4, receivers, undefined, (each) => each.class.members)
    expect([...alone].flatMap(({ members }) => members.map(({ id }) => id))).toEqual(['eni-db', 'eni-app'])
  })
})
