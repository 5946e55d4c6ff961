/** What a resource's state means to packets (R-FLOW-10): in service, not there, or still on its way to one or the other. */
import type { Draft } from '../forwarding/draft.ts'
import { because } from './plane.ts'

export type Availability = 'in-service' | 'transitional' | 'out-of-service' | 'not-known'

/** A state that was not read is taken as in service: the resource was listed. `modifying` transit gateway attachments go on
 *  forwarding. */
export const availabilityOf = (state: string | undefined): Availability => {
  const lower = state?.toLowerCase()
  if (lower === undefined || IN_SERVICE.has(lower)) return 'in-service'
  if (TRANSITIONAL.has(lower)) return 'transitional'
  return OUT_OF_SERVICE.has(lower) ? 'out-of-service' : 'not-known'
}

/** The rule that lets a transit gateway attachment forward while it is being modified, where it is. */
export const forwardingBy = (state: string | undefined): readonly string[] =>
  state?.toLowerCase() === 'modifying' ? ['R-FLOW-10'] : []

interface Attachment {
  readonly VpcId?: string | undefined
  readonly State?: string | undefined
}

/** The attachment of a gateway that is in force, or on its way to be. */
export const attachmentOf = (
  gateway: { readonly Attachments?: readonly Attachment[] | undefined } | undefined,
): Attachment | undefined => gateway?.Attachments?.find(({ State }) => availabilityOf(State) !== 'out-of-service')

/** The VPC that a gateway serves; undefined where it serves none, or where that is not settled: where packets end is then written. */
export const servedVpc = (
  draft: Draft,
  id: string,
  gateway: Parameters<typeof attachmentOf>[0],
): string | undefined => {
  const { VpcId: vpcId, State: state } = attachmentOf(gateway) ?? {}
  if (vpcId === undefined) draft.drop(because('BAD_STATE_ATTACHMENT', id))
  else if (isServing(draft, id, state)) return vpcId
  return undefined
}

/** Whether a resource does its work; where it does not, or where that is not settled, writes where packets end. */
export const isServing = (
  draft: Draft,
  id: string,
  state: string | undefined,
  options: Parameters<Draft['drop']>[1] = {},
): boolean => {
  const service = availabilityOf(state)
  if (service === 'in-service') return true
  const assumed = { ...options, assumptions: [...(options.assumptions ?? []), 'R-FLOW-10'] }
  if (service === 'transitional') draft.unknown(because('TRANSITIONAL_STATE', id, { state: state! }), assumed)
  if (service === 'not-known') draft.unknown(because('STATE_UNKNOWN', id, { state: state! }), assumed)
  if (service === 'out-of-service') draft.drop(because('BAD_STATE', id), assumed)
  return false
}

const IN_SERVICE: ReadonlySet<string> = new Set([
  'available',
  'active',
  'active_impaired',
  'associated',
  'enabled',
  'in-use',
  'attached',
  'modifying',
  'ready',
  'running',
  'scaling',
  'updating',
])
const TRANSITIONAL: ReadonlySet<string> = new Set([
  'associating',
  'attaching',
  'creating',
  'enabling',
  'pending',
  'update-in-progress',
  'initiating',
  'initiating-request',
  'initiatingrequest',
  'provisioning',
])

/** As AWS spells them, in whatever kind, in lower case. */
const OUT_OF_SERVICE: ReadonlySet<string> = new Set([
  'deleted',
  'deleting',
  'detached',
  'detaching',
  'disabled',
  'disabling',
  'disassociated',
  'disassociating',
  'error',
  'expired',
  'failed',
  'failed-insufficient-capacity',
  'failing',
  'inactive',
  'partial',
  'pending-acceptance',
  'pendingacceptance',
  'rejected',
  'rejecting',
  'rolling-back',
  'rollingback',
  'shutting-down',
  'stopped',
  'stopping',
  'terminated',
  'unavailable',
])
