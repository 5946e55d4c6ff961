/** Tunnels of a VPN come and go: what counts is whether any is up (R-VPN-1). */
import { describe, expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'

const tunnels = (...states: readonly ('UP' | 'DOWN')[]): Snapshot =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .vpnGateway('site', ['192.168.0.0/16'])
    .subnet('app', '10.0.1.0/24', { routes: { '192.168.0.0/16': 'vgw-site' } })
    .instance('web', '10.0.1.10')
    .with('vpnConnection', 'vpn-site', { VgwTelemetry: states.map((Status) => ({ Status })) })
    .snapshot()

describe('a VPN', () => {
  it('that lost its last tunnel is a setting that changed what is reachable', () => {
    const { changes, settings } = diff(tunnels('UP', 'DOWN'), tunnels('DOWN', 'DOWN'))
    expect(changes).not.toEqual([])
    expect(settings.map(({ text, effect }) => ({ text, effect }))).toEqual([
      { text: 'all tunnels down instead of a tunnel up', effect: 'reachability' },
    ])
  })

  it('that goes by its other tunnel is the same', () => {
    expect(diff(tunnels('UP', 'DOWN'), tunnels('DOWN', 'UP'))).toMatchObject({ changes: [], settings: [] })
  })
})
