/** PrivateLink joins two VPCs without a route between them, one way, one service; their addresses may even overlap. */
import { estate, type Estate } from '../build.ts'

const region = 'eu-west-1'

export const privateLink = (): Estate =>
  estate()
    .in({ account: '444455556666', region })
    .vpc('provider', '10.0.0.0/16')
    .subnet('provider-edge', '10.0.8.0/24')
    .networkLoadBalancer('fraud-score', {
      nodes: { 'provider-edge': '10.0.8.10' },
      groups: ['fraud-edge'],
      listeners: { 'TCP 443': { targets: ['i-scorer'], port: 8443 } },
    })
    .subnet('provider-app', '10.0.9.0/24')
    .instance('scorer', '10.0.9.20', { groups: ['scorer-sg'] })
    // The balancer's rule sees the consumer's own address; the target sees the balancer's group.
    .securityGroup('fraud-edge', ['tcp 443 from 10.0.1.0/24', 'tcp 8443 to sg-scorer-sg'])
    .securityGroup('scorer-sg', ['tcp 8443 from sg-fraud-edge'])
    .endpointService('fraud-scoring', ['fraud-score'])
    .in({ account: '111122223333', region })
    .vpc('consumer', '10.0.0.0/16')
    .subnet('consumer-app', '10.0.1.0/24')
    .instance('checkout', '10.0.1.20', { groups: ['checkout-sg'] })
    .securityGroup('checkout-sg', ['tcp 443 to sg-fraud-endpoint'])
    .subnet('consumer-endpoints', '10.0.2.0/24')
    .interfaceEndpoint(
      'fraud-score-endpoint',
      { 'consumer-endpoints': '10.0.2.30' },
      { service: 'vpce-svc-fraud-scoring', groups: ['fraud-endpoint'] },
    )
    .securityGroup('fraud-endpoint', ['tcp 443 from sg-checkout-sg'], { closed: true })
