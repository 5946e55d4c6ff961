/** Gateway endpoints of S3 and DynamoDB, and the two kinds of middlebox: appliance interfaces and inspection endpoints. */
import { type Entry, type Estate, interfaceById, isAttached, vpcBlocks } from './estate.ts'
import { withinAny } from './address.ts'
import { egressAllows, ingressAllows } from './filters.ts'
import { anonymous, drop, type Flight, judged, type Origin, to, unknown } from './flight.ts'
import { storageAnswers } from './internet.ts'
import { firewallAt, inspect } from './network-firewall.ts'

/** R-GWE-1 to R-GWE-4, R-GWE-8: for this VPC's own interfaces; the answer needs no route, only the client's network ACL. */
export const atGatewayEndpoint = (
  estate: Estate,
  flight: Flight,
  id: string,
  vpc: string,
  origin: Origin,
): Flight[] => {
  const { packet } = flight
  if (flight.leg === 'reply') return [drop(flight, `${id} takes no replies`)]
  const foreign = !withinAny(vpcBlocks(estate, vpc), packet.family, packet.source)
  if (origin === 'transit gateway' || foreign) return [drop(flight, `${id} serves interfaces of ${vpc} alone`)]
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the gateway endpoint')]
  if (!storageAnswers(packet)) return [drop(bare, `VPCE_PROTOCOL ${id} does not answer this`)]
  const state = estate.get('vpcEndpoint', id)?.raw.State?.toLowerCase()
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (state !== 'available') return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  const answers = { how: 'from', place: { at: 'local', vpc, from: undefined } } as const
  const endpoint = estate.get('vpcEndpoint', id)!
  const change = { conditions: [...flight.conditions, ...policyConditions(endpoint)] }
  return [to(bare, { at: 'delivered', to: 'service', answers }, `${id} delivers to the service`, change)]
}

/** R-GWE-7: of policies, only one that denies everybody everything matters. */
export const policyConditions = ({ raw }: Entry<'vpcEndpoint'>): readonly string[] =>
  (raw.PolicyDocument ?? '').includes('"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}') ? ['policy'] : []

/** R-ENI-2, R-ENI-3, R-NAT-17: an interface that a route names and that is not the receiver. It is taken to forward the packet
 *  as it is, through itself, by the table of its subnet. */
export const atMiddlebox = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const appliance = interfaceById(estate, id)!
  if (!isAttached(appliance.status)) return [drop(flight, `BAD_STATE ${id} is ${appliance.status}`)]
  const instance = estate.get('instance', appliance.raw.Attachment?.InstanceId)
  const state = instance?.raw.State?.Name ?? 'running'
  if (state !== 'running') return [drop(flight, `BAD_STATE ${instance?.id} is ${state}`)]
  if (appliance.checked) return [drop(flight, `SRC_DST_CHECK ${id} is not the destination`)]
  const onwards = { at: 'routing', vpc: appliance.vpc, subnet: appliance.subnet, origin: 'interface' } as const
  const crossed = { middleboxes: [...new Set([...flight.middleboxes, id])].sort() }
  // Tracked since the request, if that came by here; if not, the reply is lost for it in the end (R-FLOW-11).
  if (flight.leg === 'reply') return [to(flight, onwards, `appliance ${id} forwards the reply`, crossed)]
  const admitted = judged(flight, ingressAllows(estate, appliance, flight.packet, flight.sender))
  if (!admitted) return [drop(flight, `SG_INGRESS of appliance ${id}`)]
  const bare = anonymous(admitted)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the appliance')]
  const { judgement, owed } = egressAllows(estate, appliance, flight.packet)
  const change = { ...crossed, conditions: [...flight.conditions, 'appliance'] }
  if (judgement === 'deny' && owed.length > 0)
    return [to(bare, onwards, `appliance ${id} forwards`, { ...change, owed })]
  const emitted = judged(bare, judgement)
  return [
    emitted ? to(emitted, onwards, `appliance ${id} forwards`, change) : drop(bare, `SG_EGRESS of appliance ${id}`),
  ]
}

/** R-GWLB-1, R-GWLB-2, R-GWLB-5: transparent, by the table of its own subnet, and what the appliance behind it decides is hidden,
 *  unless it is a firewall of AWS (R-NFW-1). */
export const atInspectionEndpoint = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const { State: stated = '', VpcId: vpc, SubnetIds: subnets = [] } = estate.get('vpcEndpoint', id)?.raw ?? {}
  const state = stated.toLowerCase()
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (state !== 'available') return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  if (vpc === undefined || subnets[0] === undefined) return [unknown(flight, `${id} names no subnet`)]
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the inspection endpoint')]
  const crossed = { middleboxes: [...new Set([...flight.middleboxes, id])].sort() }
  const firewall = firewallAt(estate, id)
  const onwards = { at: 'routing', vpc, subnet: subnets[0], origin: firewall ? 'firewall' : 'endpoint' } as const
  if (firewall) {
    const seen = `${id} tracks`
    const { may, unread, tracked } = inspect(estate, firewall, bare.packet, flight.leg, flight.crossed.includes(seen))
    if (!may.has('pass')) return [drop(bare, `FIREWALL ${id}`)]
    const doubted = unread ? judged(bare, { unknown: `the rules behind ${id} were not read` })! : bare
    return [
      to(doubted, onwards, `firewall ${id} inspects`, {
        ...crossed,
        conditions: may.has('drop') && !unread ? [...flight.conditions, 'inspection'] : flight.conditions,
        crossed: tracked && flight.leg === 'request' ? [...flight.crossed, seen] : flight.crossed,
      }),
    ]
  }
  return [
    to(bare, onwards, `${id} inspects`, {
      ...crossed,
      conditions: flight.leg === 'request' ? [...flight.conditions, 'inspection'] : flight.conditions,
    }),
  ]
}
