/** What of an estate stands in the picture. */
import { expect, it } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { sceneOf } from '../../src/scene/estate.ts'
import { estate } from '../build.ts'

it('has no attachment to a transit gateway that is gone, which AWS lists for a while', () => {
  const attached = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .transitGateway('hub')
    .transitGatewayAttachment('shop', ['app'])
  const isDrawn = (State: string): boolean => {
    const changed = attached.with('transitGatewayVpcAttachment', 'tgw-attach-hub-shop', { State })
    return JSON.stringify(sceneOf(compile(new Network(changed.snapshot())))).includes('"transit-attachment"')
  }
  expect(['available', 'deleted', 'failed', 'rejected'].map(isDrawn)).toEqual([true, false, false, false])
})
