/** What a list has without a name, such as a route to somewhere that nobody knows, is one of its elements all the same. */
import { describe, expect, it } from 'vitest'
import { editionOf } from '../../src/diff/settings.ts'
import { Network } from '../../src/network/network.ts'
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'

type Routes = NonNullable<RawOf<'routeTable'>['Routes']>

const routed = (...routes: Routes): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('app', '10.0.1.0/24', { table: 'app' })
    .instance('web', '10.0.1.10', { publicIp: '54.10.0.1' })
    .routeTable('app', {})
    .with('routeTable', 'rtb-app', {
      Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' }, ...routes],
    })
    .snapshot()

describe('a route without a destination', () => {
  const odd: Routes[number] = { GatewayId: 'igw-shop', Origin: 'CreateRoute', State: 'active' }
  const open: Routes[number] = { DestinationCidrBlock: '0.0.0.0/0', ...odd }

  it('is a setting beside the others, which is applied as one', () => {
    const [before, after] = [routed(open), routed(open, odd)]
    const { settings, with: applied } = editionOf(before, after)
    expect(settings.map(({ change, resources }) => [change, resources[0]?.id])).toEqual([['added', 'rtb-app']])
    expect(new Network(applied(settings)).raw('routeTable', 'rtb-app')?.Routes).toEqual(
      new Network(after).raw('routeTable', 'rtb-app')?.Routes,
    )
  })
})
