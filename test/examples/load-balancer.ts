/** A Network Load Balancer that keeps the client's address makes the target judge the client; one that does not, itself. */
import { estate, type Estate } from '../build.ts'

export const loadBalancer = (): Estate =>
  estate()
    .in({ account: '111122223333', region: 'eu-west-1' })
    .vpc('tickets', '10.9.0.0/16')
    .subnet('tickets-clients', '10.9.0.0/24')
    .instance('kiosk', '10.9.0.20', { groups: ['kiosk-sg'] })
    .securityGroup('kiosk-sg', [])
    .subnet('tickets-edge-a', '10.9.1.0/24', { zone: 'a' })
    .subnet('tickets-edge-b', '10.9.2.0/24', { zone: 'b' })
    // No security group, so all clients reach the listeners; the targets live in zone a only, and cross-zone balancing is off.
    .networkLoadBalancer('tickets-nlb', {
      nodes: { 'tickets-edge-a': '10.9.1.10', 'tickets-edge-b': '10.9.2.10' },
      listeners: {
        // By instance: the client's address is preserved, and the target's group does not admit it (R-LB-9).
        'TCP 443': { targets: ['i-seller'], port: 8443 },
        // By address: the balancer's own address arrives, which the target's group admits (R-LB-7).
        'TCP 8443': { targets: ['10.9.3.20'], port: 8443 },
        // The same over both zones: now the node in zone b has a target as well (R-LB-12).
        'TCP 9443': { targets: ['10.9.3.20'], port: 8443, crossZone: true },
      },
    })
    .subnet('tickets-app', '10.9.3.0/24', { zone: 'a' })
    .instance('seller', '10.9.3.20', { groups: ['seller-sg'] })
    .securityGroup('seller-sg', ['tcp 8443 from 10.9.1.0/24', 'tcp 8443 from 10.9.2.0/24'])
