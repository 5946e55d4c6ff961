/** Records looked up by what they name: `network.indexed(subnetsByVpc).get(vpcId)`. An index is made once, as a constant, and serves every
 *  network: each works it out when it is first asked, and networks that are alike take over each other's. */
import type { Kind } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'

export interface RecordIndex<K extends Kind = Kind> {
  readonly kind: K
  /** What a record is found by: goes by the record alone. */
  readonly keysOf: (resource: Extract<Resource, { readonly kind: K }>) => readonly string[]
}

export const recordIndex = <K extends Kind>(kind: K, keysOf: RecordIndex<K>['keysOf']): RecordIndex<K> => ({
  kind,
  keysOf,
})

// ---- what several rooms look up

export const interfacesByVpc = recordIndex('networkInterface', ({ raw }) => [raw.VpcId])

export const transitGatewayVpcAttachmentsByVpc = recordIndex('transitGatewayVpcAttachment', ({ raw }) =>
  raw.VpcId === undefined ? [] : [raw.VpcId],
)

/** Those of one id on both sides of a peering. */
export const transitGatewayAttachmentsById = recordIndex('transitGatewayAttachment', ({ id }) => [id])
