/** A snapshot with holes, as an account sees it that may not read all: what cannot be told is `unknown`, and the rest is told. */
import { estate, type Estate } from '../build.ts'

const place = { account: '111122223333', region: 'eu-west-1' }

export const dangling = (): Estate =>
  estate()
    .in(place)
    .vpc('branch', '10.7.0.0/16')
    // The transit gateway belongs to an account that nobody read.
    .subnet('branch-app', '10.7.0.0/24', { routes: { '0.0.0.0/0': 'tgw-elsewhere' } })
    .instance('till', '10.7.0.20', { groups: ['branch-sg'] })
    .instance('stock', '10.7.0.21', { groups: ['branch-sg'] })
    .securityGroup('branch-sg', ['tcp 443 from sg-branch-sg', 'tcp 22 from pl-bastions'])
    .subnet('branch-legacy', '10.7.1.0/24')
    // A group that another account shared with this one, and whose rules this one may not read.
    .instance('legacy', '10.7.1.20', { groups: ['shared-from-elsewhere'] })
    .instance('bastion', '10.7.1.30', { groups: ['default-branch'] })
    .gap({
      code: 'ACCESS_DENIED',
      message: 'ec2:GetManagedPrefixListEntries was denied for the prefix list pl-bastions',
      kind: 'managedPrefixListEntries',
      ...place,
      id: 'pl-bastions',
      source: 'ec2:GetManagedPrefixListEntries',
      remedy: 'Allow ec2:GetManagedPrefixListEntries to the role that collects.',
    })
    .without('managedPrefixListEntries', 'transitGateway', 'transitGatewayVpcAttachment', 'transitGatewayAttachment')
