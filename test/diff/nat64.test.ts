/** A way to the internet that opens or closes is told, whichever addresses it goes by. */
import { describe, expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import { estate } from '../build.ts'

describe('a route for NAT64', () => {
  const shop = (routes: { readonly '64:ff9b::/96'?: 'nat-shop' }) =>
    estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
      .subnet('six', '2600:1f18:1:6::/64', { routes })
      .instance('six', '2600:1f18:1:6::10')
      .subnet('db', '10.0.3.0/24', { routes: {} })
      .securityGroup('db', ['tcp 5432 from 10.0.0.8/32'])
      .instance('db', '10.0.3.10', { groups: ['db'] })
      .snapshot()

  it('opens ways to the internet, and to receivers of IPv4 that admit the NAT gateway, for senders of IPv6 alone (R-NAT-12)', () => {
    const { changes } = diff(shop({}), shop({ '64:ff9b::/96': 'nat-shop' }), { by: 'subnet' })
    expect(changes.map(({ to, before, after, byNat64, text }) => ({ to, before, after, byNat64, text }))).toEqual([
      {
        to: 'internet',
        before: 'unreachable',
        after: 'reachable',
        byNat64: true,
        text: ['tcp; udp; icmpv6 types 128-129'],
      },
      { to: 'subnet-db', before: 'unreachable', after: 'reachable', byNat64: true, text: ['tcp 5432'] },
    ])
  })
})
