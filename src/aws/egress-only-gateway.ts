/** Egress-only internet gateway: IPv6 conversations from inside, never from outside (R-EIGW-1).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { exitOf, forbiddenByEgressOnly } from './block-public-access.ts'
import { because, type Behaviour, dropIdentity } from './plane.ts'
import { publicBlocks } from './public-address.ts'
import { attachmentOf, servedVpc } from './state.ts'

export const egressOnlyInternetGateway: Behaviour<'egressOnlyInternetGateway'> = {
  out: (plane, draft, id, detail) => {
    const vpcId = servedVpc(draft, id, plane.network.raw('egressOnlyInternetGateway', id))
    if (vpcId === undefined) return
    const pass = dropIdentity(draft, id)
    // The answer to a conversation that came in another way does not leave here (R-IGW-7).
    draft.drop(because('ASYMMETRIC_RETURN', id), { leg: 'reply' })
    const served = publicBlocks(plane.network, vpcId, 6)
    draft.drop(because('EIGW_PRIVATE_SOURCE', id), {
      when: [...pass.when, { on: 'source', within: intervals.subtract(addressLine(6), served) }],
      leg: 'request',
    })
    const access = forbiddenByEgressOnly(plane, vpcId, exitOf(detail))
    const { assumptions } = access
    const arrive = plane.at('internet', 'internet', 'arrive')
    const back = { takes: 'outside', stage: plane.at('egressOnlyInternetGateway', id, 'in') } as const
    const then = [...pass.then, { do: 'open', device: id, returnTo: back } as const]
    const from = (within: AddressSet) =>
      ({ when: [...pass.when, { on: 'source', within: intervals.intersect(served, within) }], leg: 'request' }) as const
    const onward = { to: arrive, then }
    draft.drop(access.refused, { ...from(access.closed), onward, assumptions })
    draft.unknown(access.perhapsRefused, { ...from(access.unsettled), onward, assumptions })
    draft.to(arrive, because('EGRESS_ONLY_GATEWAY', id), {
      ...from(intervals.subtract(served, access.closedOrUnsettled)),
      then,
      assumptions: [...access.ofPassing, ...assumptions],
    })
  },

  /** Answers only: nothing else is led here. */
  in: (plane, draft, id) => {
    const vpcId = attachmentOf(plane.network.raw('egressOnlyInternetGateway', id))?.VpcId
    if (vpcId === undefined) throw new Error(`an answer through the unattached ${id}`)
    draft.to(plane.at('vpc', vpcId, 'local'), because('EGRESS_ONLY_GATEWAY', id), {
      then: [{ do: 'resume', device: id }],
      leg: 'reply',
    })
    draft.drop(because('EIGW_NO_SESSION', id), { leg: 'request' })
  },
}
