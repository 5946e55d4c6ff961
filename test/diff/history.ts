/** A shop as it changed commit by commit: what each commit did is one typical change, and nothing else. */
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate, type Estate } from '../build.ts'

interface Shop {
  readonly ssh?: boolean
  /** Inbound rules of the network ACL of the databases. */
  readonly acl?: readonly ('100 allow all from 0.0.0.0/0' | `${90 | 200} deny tcp 5432 from 10.0.1.0/24`)[]
  readonly appRoute?: boolean
  readonly peering?: boolean
  readonly propagated?: readonly string[]
  readonly endpoint?: boolean
  readonly app?: { readonly name: string; readonly address: string }
  readonly ipv6?: boolean
  readonly renamed?: boolean
  readonly batchTable?: 'batch' | 'batch-out'
  readonly replica?: boolean
  readonly byGroup?: boolean
}

const shop = (at: Shop): Estate => {
  const { app = { name: 'app-1', address: '10.0.2.11' }, ipv6 = false, propagated = ['tools'] } = at
  const blocks = (ipv4: string, address: string): readonly string[] => (ipv6 ? [ipv4, address] : [ipv4])
  const built = estate()
    .vpc('shop', blocks('10.0.0.0/16', '2600:1f14:1::/56'))
    .internetGateway('shop')
    .servicePrefixList('s3', ['3.5.0.0/20', '52.216.0.0/15'])
    .subnet('public', blocks('10.0.1.0/24', '2600:1f14:1:1::/64'), {
      routes: { '0.0.0.0/0': 'igw-shop', ...(ipv6 && { '::/0': 'igw-shop' }), '10.1.0.0/16': 'tgw-hub' },
    })
    .instance('web', blocks('10.0.1.10', '2600:1f14:1:1::10'), { groups: ['web'], publicIp: '54.10.0.1' })
    .subnet('private', '10.0.2.0/24', {
      routes: {
        ...(at.appRoute && { '0.0.0.0/0': 'igw-shop' }),
        ...(at.peering && { '10.2.0.0/16': 'pcx-shop-partner' }),
        '10.1.0.0/16': 'tgw-hub',
      },
    })
    .instance(app.name, app.address, { groups: ['app'], publicIp: '54.10.0.2' })
    .subnet('batch-private', '10.0.3.0/24', { table: at.batchTable ?? 'batch' })
    .instance('batch', '10.0.3.10', { groups: ['batch'], publicIp: '54.10.0.3' })
    .routeTable('batch', {})
    .routeTable('batch-out', { '0.0.0.0/0': 'igw-shop' })
    .subnet('database', '10.0.4.0/24', { acl: [...(at.acl ?? ACL), '100 allow all to 0.0.0.0/0'] })
    .instance('orders', '10.0.4.10', { groups: ['db'] })
    .securityGroup('web', [
      'tcp 443 from 0.0.0.0/0',
      ...(ipv6 ? (['tcp 443 from ::/0'] as const) : []),
      ...(at.ssh ? (['tcp 22 from 0.0.0.0/0'] as const) : []),
    ])
    .securityGroup('app', ['tcp 8080 from sg-web', 'tcp 8080 from 10.1.0.0/16', 'tcp 9090 from 10.2.0.0/16'])
    .securityGroup('batch', [])
    .securityGroup('db', ['tcp 5432 from 10.0.0.0/16', ...(at.byGroup ? (['tcp 5432 from sg-app'] as const) : [])])
  const withEndpoint = (at.endpoint ?? true) ? built.gatewayEndpoint('s3', { tables: ['batch'] }) : built
  const withReplica = at.replica
    ? withEndpoint.within('subnet-database').instance('orders-replica', '10.0.4.11', { groups: ['db'] })
    : withEndpoint
  const others = withReplica
    .vpc('tools', '10.1.0.0/16')
    .subnet('tools-private', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'tgw-hub' } })
    .instance('builder', '10.1.1.10', { groups: ['builder'] })
    .securityGroup('builder', [])
    .vpc('partner', '10.2.0.0/16')
    .subnet('partner-private', '10.2.1.0/24', { routes: at.peering ? { '10.0.0.0/16': 'pcx-shop-partner' } : {} })
    .instance('partner', '10.2.1.10', { groups: ['partner'] })
    .securityGroup('partner', [])
  return (
    (at.peering ? others.peering('shop', 'partner') : others)
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['public', 'private'])
      .transitGatewayAttachment('tools', ['tools-private'])
      .transitGatewayRouteTable('all', { associated: ['shop', 'tools'], propagated })
      .with('instance', 'i-web', { Tags: [{ Key: 'Name', Value: at.renamed ? 'web-frontend' : 'web' }] })
      // Of an autoscaling group, which gives all of its instances one Name.
      .with('instance', `i-${app.name}`, { Tags: [{ Key: 'Name', Value: 'app' }] })
  )
}

const ACL = ['100 allow all from 0.0.0.0/0', '200 deny tcp 5432 from 10.0.1.0/24'] as const

interface Commit {
  readonly message: string
  readonly snapshot: Snapshot
}

/** The first has nothing to be compared with. */
export const commits = (): readonly Commit[] => {
  let at: Shop = {}
  const commit = (message: string, change: Shop): Commit => {
    at = { ...at, ...change }
    return { message, snapshot: shop(at).snapshot() }
  }
  return [
    commit('begin', {}),
    commit('rule added', { ssh: true }),
    commit('rule removed', { ssh: false }),
    commit('network ACL reordered', { acl: ['100 allow all from 0.0.0.0/0', '90 deny tcp 5432 from 10.0.1.0/24'] }),
    commit('route to the internet gateway', { appRoute: true }),
    commit('peering', { peering: true }),
    commit('propagation turned on', { propagated: ['tools', 'shop'] }),
    commit('endpoint removed', { endpoint: false }),
    commit('interface replaced', { app: { name: 'app-2', address: '10.0.2.12' } }),
    commit('IPv6 added', { ipv6: true }),
    commit('Name changed', { renamed: true }),
    commit('association moved', { batchTable: 'batch-out' }),
    commit('replica added, rule made redundant', { replica: true, byGroup: true }),
  ]
}
