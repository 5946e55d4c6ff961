/** A transit gateway that keeps production and development apart and gives both the shared services: by route tables, not by
 *  hope. Two accounts, whose zones `a` and `b` are not the same. */
import { estate, type Estate } from '../build.ts'

const region = 'us-east-1'

export const transitHub = (): Estate =>
  workloads(
    workloads(
      estate()
        .in({ account: '111122223333', region })
        .zones({ a: 'use1-az1', b: 'use1-az2', c: 'use1-az4' })
        .vpc('shared', '10.0.0.0/16')
        .routeTable('shared', { '10.8.0.0/14': 'tgw-hub' })
        .subnet('shared-services', '10.0.0.0/24', { zone: 'a', table: 'shared' })
        .instance('resolver', '10.0.0.53', { groups: ['resolver-sg'] })
        .securityGroup('resolver-sg', ['tcp 53 from 10.8.0.0/14', 'udp 53 from 10.8.0.0/14'])
        .subnet('shared-transit-a', '10.0.255.0/28', { zone: 'a', table: 'shared' })
        .subnet('shared-transit-b', '10.0.255.16/28', { zone: 'b', table: 'shared' })
        .transitGateway('hub')
        .in({ account: '444455556666', region })
        // This account calls the first account's `b` its `a`: only the ids of zones tell who stands beside whom (R-AZ-1).
        .zones({ a: 'use1-az2', b: 'use1-az1', c: 'use1-az4' }),
      'prod',
      8,
    ),
    'dev',
    9,
  )
    .within('subnet-prod-transit')
    // A zone without an attachment: what is there cannot enter the transit gateway (R-TGW-1).
    .subnet('prod-batch', '10.8.2.0/24', { zone: 'c', table: 'prod' })
    .instance('nightly-batch', '10.8.2.20', { groups: ['prod-sg'] })
    .transitGatewayAttachment('shared', ['shared-transit-a', 'shared-transit-b'])
    .transitGatewayAttachment('prod', ['prod-transit'])
    .transitGatewayAttachment('dev', ['dev-transit'])
    .transitGatewayRouteTable('prod', {
      associated: ['prod'],
      routes: { '10.0.0.0/16': 'shared', '10.9.0.0/16': 'blackhole' },
    })
    .transitGatewayRouteTable('nonprod', {
      associated: ['dev'],
      routes: { '10.0.0.0/16': 'shared', '10.8.0.0/16': 'blackhole' },
    })
    .transitGatewayRouteTable('shared', {
      associated: ['shared'],
      routes: { '10.8.0.0/16': 'prod', '10.9.0.0/16': 'dev' },
    })

const workloads = (hub: Estate, stage: 'prod' | 'dev', net: number): Estate =>
  hub
    .vpc(stage, `10.${net}.0.0/16`)
    .routeTable(stage, { '10.0.0.0/8': 'tgw-hub' })
    .subnet(`${stage}-app`, `10.${net}.0.0/24`, { zone: 'b', table: stage })
    .instance(`${stage}-api`, `10.${net}.0.20`, { groups: [`${stage}-sg`] })
    .securityGroup(`${stage}-sg`, ['tcp 443 from 10.0.0.0/8'])
    .subnet(`${stage}-transit`, `10.${net}.255.0/28`, { zone: 'b', table: stage })
