/** VPC peering: packets between the address spaces of two VPCs and nothing beyond (R-PCX-2, R-PCX-3).
 *  https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html */
import { addressLine, type AddressSet, parseBlock, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Condition, Transfer } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { natSources } from './nat-gateway.ts'
import { because, type Behaviour, dropIdentity, type Plane } from './plane.ts'
import { isServing } from './state.ts'

export const vpcPeeringConnection: Behaviour<'vpcPeeringConnection'> = {
  cross: (plane, draft, id, from) => {
    const raw = plane.network.raw('vpcPeeringConnection', id)!
    const { AccepterVpcInfo: accepter, RequesterVpcInfo: requester, Status: status } = raw
    const other = from === requester?.VpcId ? accepter : from === accepter?.VpcId ? requester : undefined
    if (!other?.VpcId) {
      draft.drop(because('BAD_STATE_ATTACHMENT', id))
      return
    }
    if (!isServing(draft, id, status?.Code)) return
    const there = spaceOf(plane, other)
    const here = spaceOf(plane, from === requester?.VpcId ? requester : accepter!)
    const restricted = because('PCX_REQUIRES_ADDRESS_IN_VPC_CIDR', id)
    const outside = (set: AddressSet): AddressSet => intervals.subtract(addressLine(plane.family), set)
    draft.drop(restricted, { when: [{ on: 'source', within: outside(here) }] })
    draft.drop(restricted, {
      when: [
        { on: 'source', within: here },
        { on: 'destination', within: outside(there) },
      ],
    })
    const inside: Condition[] = [
      { on: 'source', within: here },
      { on: 'destination', within: there },
    ]
    if (!plane.network.get('vpc', other.VpcId)) {
      draft.unknown(because('UNKNOWN_RESOURCE', other.VpcId), { when: inside })
      return
    }
    crossTo(plane, draft, id, from, other.VpcId, inside, sameRegion(requester, accepter))
  },
}

type PeeredVpc = NonNullable<RawOf<'vpcPeeringConnection'>['AccepterVpcInfo']>

const crossTo = (
  plane: Plane,
  draft: Draft,
  id: string,
  from: string,
  to: string,
  inside: readonly Condition[],
  keepsIdentity: boolean,
): void => {
  const next = plane.at('vpc', to, 'local')
  const why = because('PEERING', id)
  draft.to(next, why, { when: inside, leg: 'reply' })
  // Security groups are known to each other in one region only (R-PCX-6).
  const pass = keepsIdentity ? { when: [], then: [] } : dropIdentity(draft, id)
  const gateways = plane.family === 4 ? natSessions(plane, id, from) : []
  for (const { sources, open } of gateways)
    draft.to(next, why, {
      when: [...inside, ...pass.when, { on: 'source', within: sources }],
      then: [...pass.then, open],
      leg: 'request',
    })
  const others = intervals.subtract(
    addressLine(plane.family),
    intervals.unionAll(gateways.map(({ sources }) => sources)),
  )
  draft.to(next, why, {
    when: [...inside, ...pass.when, { on: 'source', within: others }],
    then: pass.then,
    leg: 'request',
  })
}

/** What a NAT gateway sends over the peering is answered straight back to it (R-NAT-8). */
const natSessions = (
  plane: Plane,
  id: string,
  from: string,
): { readonly sources: AddressSet; readonly open: Transfer }[] =>
  plane.network.natGatewaysOf(from).map(({ id: nat }) => {
    const device = `${id} of ${nat}`
    const returnTo = { takes: 'inside', stage: plane.at('natGateway', nat, 'returning', device) } as const
    return {
      sources: intervals.unionAll(natSources(plane, nat).map(single)),
      open: { do: 'open', device, returnTo },
    }
  })

/** The CIDR blocks of one side: as the VPC itself has them, else as the peering states them (R-PCX-8). */
const spaceOf = (plane: Plane, side: PeeredVpc): AddressSet => {
  if (side.VpcId !== undefined && plane.network.get('vpc', side.VpcId))
    return plane.network.vpcBlocks(side.VpcId, plane.family)
  const texts = [
    ...(side.CidrBlockSet ?? []).map(({ CidrBlock }) => CidrBlock),
    ...(side.Ipv6CidrBlockSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ...(side.CidrBlockSet?.length ? [] : [side.CidrBlock]),
  ]
  return intervals.unionAll(
    texts.flatMap((text) => {
      const prefix = text === undefined ? undefined : parseBlock(text)
      return prefix?.family === plane.family ? [[prefix.first, prefix.end]] : []
    }),
  )
}

const sameRegion = (requester: PeeredVpc | undefined, accepter: PeeredVpc | undefined): boolean =>
  requester?.Region === accepter?.Region
