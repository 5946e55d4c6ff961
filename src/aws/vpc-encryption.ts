/** VPC encryption controls. In enforce mode the endpoints of the VPC drop what the application does not encrypt (R-VPCE-15); whatever else
 *  the mode forbids cannot be set up, so no other packet is judged by it (R-ENC-1).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html */
import type { Network } from '../network/network.ts'
import { recordIndex } from '../network/record-index.ts'
import { availabilityOf } from './state.ts'

export interface Enforcement {
  readonly is: 'on' | 'off' | 'unsettled'
  /** Of controls that are being changed. */
  readonly state: string
  readonly assumptions: readonly string[]
}

const vpcEncryptionControlsByVpc = recordIndex('vpcEncryptionControl', ({ raw }) =>
  raw.VpcId === undefined ? [] : [raw.VpcId],
)

export const encryptionEnforcedIn = (network: Network, vpcId: string): Enforcement => {
  const controls = network.indexed(vpcEncryptionControlsByVpc).get(vpcId) ?? []
  const states = controls.map(({ raw: { Mode, State } }) => [availabilityOf(State), Mode, State ?? ''] as const)
  const changing = states.find(([service]) => service === 'transitional' || service === 'not-known')
  if (changing) return { is: 'unsettled', state: changing[2], assumptions: [] }
  const isOn = states.some(([service, mode]) => service === 'in-service' && mode === 'enforce')
  const isRead = controls.length > 0 || network.coversIn('vpcEncryptionControl', vpcId)
  return { is: isOn ? 'on' : 'off', state: '', assumptions: isRead ? [] : ['R-ENC-1'] }
}
