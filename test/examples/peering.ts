/** Peering joins two VPCs and no third: it needs a route on both sides, and does not pass traffic on. */
import { estate, type Estate } from '../build.ts'

const region = 'eu-west-1'

export const peering = (): Estate =>
  estate()
    .in({ account: '111122223333', region })
    .vpc('orders', '10.1.0.0/16')
    .subnet('orders-app', '10.1.0.0/24', {
      // A route by way of payments to what lies behind it: AWS takes the route and drops the packets.
      routes: { '10.2.0.0/16': 'pcx-orders-payments', '10.3.0.0/16': 'pcx-orders-payments' },
    })
    .instance('checkout', '10.1.0.20', { groups: ['checkout-sg'] })
    .securityGroup('checkout-sg', ['tcp 443 to 10.0.0.0/8'])
    .vpc('analytics', '10.3.0.0/16')
    .subnet('analytics-app', '10.3.0.0/24', { routes: { '10.2.0.0/16': 'pcx-payments-analytics' } })
    .instance('collector', '10.3.0.20', { groups: ['collector-sg'] })
    .securityGroup('collector-sg', ['tcp 443 from 10.0.0.0/8', 'tcp 443 to 10.2.0.0/16'])
    .in({ account: '444455556666', region })
    .vpc('payments', '10.2.0.0/16')
    // Payments knows the way back to orders and has forgotten that to analytics.
    .subnet('payments-app', '10.2.0.0/24', { routes: { '10.1.0.0/16': 'pcx-orders-payments' } })
    .instance('ledger', '10.2.0.20', { groups: ['ledger-sg'] })
    // A group of another account and VPC: peers of one region know each other's groups.
    .securityGroup('ledger-sg', ['tcp 443 from sg-checkout-sg', 'tcp 443 from 10.3.0.0/16'], { closed: true })
    .peering('orders', 'payments')
    .peering('payments', 'analytics')
