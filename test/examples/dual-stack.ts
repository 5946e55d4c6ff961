/** IPv4 and IPv6 are two networks on one wire: the way out of one says nothing about the other. */
import { estate, type Estate } from '../build.ts'

const ipv6 = '2a05:d018:4b2:9c'

export const dualStack = (): Estate =>
  estate()
    .in({ account: '111122223333', region: 'eu-west-1' })
    .vpc('sensors', ['10.6.0.0/16', `${ipv6}00::/56`])
    .internetGateway('sensors')
    .egressOnlyInternetGateway('sensors')
    .subnet('sensors-public', ['10.6.0.0/24', `${ipv6}00::/64`], {
      routes: { '0.0.0.0/0': 'igw-sensors', '::/0': 'igw-sensors' },
    })
    // IPv4 from all the world, IPv6 from nobody: a rule for 0.0.0.0/0 says nothing about ::/0.
    .instance('gateway', ['10.6.0.20', `${ipv6}00::20`], { groups: ['gateway-sg'], publicIp: '54.72.19.204' })
    .securityGroup('gateway-sg', ['tcp 443 from 0.0.0.0/0'])
    // Out by IPv6 only, and no NAT gateway is needed for that. The group lets all in, and still nobody outside can begin a
    // conversation: an egress-only gateway carries no answers to what came in another way.
    .subnet('sensors-private', ['10.6.1.0/24', `${ipv6}01::/64`], { routes: { '::/0': 'eigw-sensors' } })
    .instance('ingest', ['10.6.1.20', `${ipv6}01::20`], { groups: ['ingest-sg'] })
    .securityGroup('ingest-sg', ['tcp 443 from 0.0.0.0/0', 'tcp 443 from ::/0'])
