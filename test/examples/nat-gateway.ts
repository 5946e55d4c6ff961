/** A NAT gateway sends by the route table of its own subnet: the one in the public subnet works, the one beside it does not. */
import { estate, type Estate } from '../build.ts'

export const natGateway = (): Estate =>
  estate()
    .in({ account: '111122223333', region: 'eu-west-1' })
    .vpc('backoffice', '10.0.0.0/16')
    .internetGateway('backoffice')
    .subnet('backoffice-public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-backoffice' } })
    .natGateway('backoffice-egress', '10.0.0.10', { publicIp: '34.251.18.7' })
    .subnet('backoffice-invoices', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-backoffice-egress' } })
    .instance('invoices', '10.0.1.20', { groups: ['backoffice-sg'] })
    // Nobody gave this subnet a route to the internet gateway, and a NAT gateway was put into it all the same.
    .subnet('backoffice-misplaced', '10.0.2.0/24', { routes: {} })
    .natGateway('backoffice-egress-2', '10.0.2.10', { publicIp: '34.251.92.130' })
    .subnet('backoffice-reports', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'nat-backoffice-egress-2' } })
    .instance('reports', '10.0.3.20', { groups: ['backoffice-sg'] })
    .securityGroup('backoffice-sg', ['tcp 443 from 10.0.0.0/16'])
