/** Networks on premises, by three connections: a VPN to one VPC, and two to a transit gateway whose tables keep a partner from what the
 *  warehouse may use. */
import { estate, type Estate } from '../build.ts'

export const hybrid = (): Estate =>
  estate()
    .in({ account: '111122223333', region: 'eu-west-1' })
    .vpc('payroll', '10.20.0.0/16')
    .vpnGateway('head-office', ['192.168.0.0/16'])
    .subnet('payroll-app', '10.20.1.0/24', { routes: { '192.168.0.0/16': 'vgw-head-office' } })
    .instance('payroll', '10.20.1.20', { groups: ['payroll-sg'] })
    .securityGroup('payroll-sg', ['tcp 443 from 192.168.10.0/24'])
    // The route that the subnet beside it has is missing here: answers find no way to the head office.
    .subnet('payroll-db', '10.20.2.0/24', { routes: {} })
    .database('salaries', '10.20.2.30', { groups: ['salaries-sg'] })
    .securityGroup('salaries-sg', ['tcp 5432 from sg-payroll-sg', 'tcp 5432 from 192.168.10.0/24'])
    .vpc('orders', '10.30.0.0/16')
    .routeTable('orders', { '172.16.0.0/12': 'tgw-hub' })
    .subnet('orders-app', '10.30.1.0/24', { table: 'orders' })
    .instance('order-api', '10.30.1.20', { groups: ['orders-sg'] })
    .securityGroup('orders-sg', ['tcp 443 from 172.16.0.0/12'])
    .subnet('orders-transit', '10.30.255.0/28', { table: 'orders' })
    .transitGateway('hub')
    .transitGatewayAttachment('orders', ['orders-transit'])
    .transitGatewayVpn('warehouse')
    .transitGatewayVpn('partner')
    .transitGatewayRouteTable('orders', {
      associated: ['orders'],
      routes: { '172.16.0.0/16': 'warehouse', '172.31.0.0/16': 'partner' },
    })
    .transitGatewayRouteTable('warehouse', { associated: ['warehouse'], routes: { '10.30.0.0/16': 'orders' } })
    .transitGatewayRouteTable('partner', { associated: ['partner'], routes: { '10.30.0.0/16': 'blackhole' } })
