/** All components, each with the description of its stages. Complete by type: a new component does not compile until it is here. */
import { amazonService } from './amazon-service.ts'
import { egressOnlyInternetGateway } from './egress-only-gateway.ts'
import { instance } from './instance.ts'
import { interfaceClass } from './interface-class.ts'
import { internet } from './internet.ts'
import { internetGateway } from './internet-gateway.ts'
import { loadBalancer } from './load-balancer.ts'
import { networkInterface } from './middlebox.ts'
import { natGateway } from './nat-gateway.ts'
import { onPremises } from './on-premises.ts'
import type { Behaviour } from './plane.ts'
import type { Component } from './stage-id.ts'
import { subnet } from './subnet.ts'
import { transitGateway, transitGatewayAttachment, transitGatewayRouteTable } from './transit-gateway.ts'
import { vpc } from './vpc.ts'
import { vpcEndpoint } from './vpc-endpoint.ts'
import { vpcPeeringConnection } from './vpc-peering.ts'
import { vpnGateway } from './vpn-gateway.ts'

export const behaviours: { readonly [C in Component]: Behaviour<C> } = {
  interfaceClass,
  networkInterface,
  subnet,
  vpc,
  internetGateway,
  egressOnlyInternetGateway,
  natGateway,
  vpcPeeringConnection,
  transitGateway,
  transitGatewayAttachment,
  transitGatewayRouteTable,
  vpcEndpoint,
  loadBalancer,
  vpnGateway,
  internet,
  onPremises,
  amazonService,
  instance,
}
