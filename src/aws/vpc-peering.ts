/** VPC peering: packets between the address spaces of two VPCs and nothing beyond (R-PCX-2, R-PCX-3).
 *  https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html */
import { addressLine, type AddressSet, prefixSet, single } from '../packet/address.ts'
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
      // Where a side was not read it may be the one that is asked about.
      if (accepter?.VpcId === undefined || requester?.VpcId === undefined)
        draft.unknown(because('UNKNOWN_RESOURCE', id))
      else draft.drop(because('BAD_STATE_ATTACHMENT', id))
      return
    }
    if (!isServing(draft, id, status?.Code)) return
    const there = spaceOf(plane, id, other)
    const here = spaceOf(plane, id, from === requester?.VpcId ? requester : accepter!)
    const outside = ({ blocks }: Space): AddressSet => intervals.subtract(addressLine(plane.family), blocks)
    restrict(draft, id, from, here, [{ on: 'source', within: outside(here) }])
    restrict(draft, id, other.VpcId, there, [
      { on: 'source', within: here.blocks },
      { on: 'destination', within: outside(there) },
    ])
    const inside: Condition[] = [
      { on: 'source', within: here.blocks },
      { on: 'destination', within: there.blocks },
    ]
    if (!plane.network.get('vpc', other.VpcId)) {
      draft.unknown(because('UNKNOWN_RESOURCE', other.VpcId), { when: inside })
      return
    }
    crossTo(plane, draft, id, from, other.VpcId, inside, sameRegion(plane, requester, accepter))
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
  const pass = keepsIdentity ? { when: [], then: [] } : dropIdentity(draft, id, inside)
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

/** Packets from or to addresses beyond one side's blocks, as far as these are known. */
const restrict = (draft: Draft, id: string, vpcId: string, { whole }: Space, when: readonly Condition[]): void => {
  if (whole) draft.drop(because('PCX_REQUIRES_ADDRESS_IN_VPC_CIDR', id), { when })
  else draft.unknown(because('ADDRESS_SPACE_UNKNOWN', id, { vpc: vpcId }), { when })
}

interface Space {
  readonly blocks: AddressSet
  /** All of them were read and make sense. */
  readonly whole: boolean
}

/** The CIDR blocks of one side: as the VPC itself has them, else as the peering states them (R-PCX-8). */
const spaceOf = (plane: Plane, id: string, side: PeeredVpc): Space => {
  if (side.VpcId !== undefined && plane.network.get('vpc', side.VpcId))
    return {
      blocks: plane.network.vpcBlocks(side.VpcId, plane.family),
      whole: plane.network.knowsBlocksOf('vpc', side.VpcId, plane.family),
    }
  const texts = [
    ...(side.CidrBlockSet ?? []).map(({ CidrBlock }) => CidrBlock),
    ...(side.Ipv6CidrBlockSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ...(side.CidrBlockSet?.length ? [] : [side.CidrBlock]),
  ]
  const prefixes = texts.flatMap((text) =>
    text === undefined
      ? []
      : [plane.network.block(text, { kind: 'vpcPeeringConnection', id, field: `a block of ${side.VpcId}` })],
  )
  return {
    blocks: intervals.unionAll(
      prefixes.flatMap((prefix) => (prefix?.family === plane.family ? [prefixSet(prefix)] : [])),
    ),
    whole: prefixes.length > 0 && !prefixes.includes(undefined),
  }
}

/** As the peering states the regions, else as the VPCs themselves were read. */
const sameRegion = (plane: Plane, requester: PeeredVpc | undefined, accepter: PeeredVpc | undefined): boolean =>
  regionOf(plane, requester) === regionOf(plane, accepter)

const regionOf = ({ network }: Plane, side: PeeredVpc | undefined): string | undefined =>
  side?.Region ?? (side?.VpcId === undefined ? undefined : network.placeOf(side.VpcId).region)
