/** The CIDR blocks of a VPC one by one, as others are told of them. */
import { type AddressSet, parseBlock, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Plane } from './plane.ts'

export interface VpcPrefix {
  readonly text: string
  readonly set: AddressSet
  readonly length: number
}

/** Those in force, of one family. */
export const vpcPrefixes = (plane: Plane, vpcId: string): readonly VpcPrefix[] => {
  const raw = plane.network.raw('vpc', vpcId)
  const inForce = plane.network.vpcBlocks(vpcId, plane.family)
  const texts = [
    ...(raw?.CidrBlockAssociationSet?.length
      ? raw.CidrBlockAssociationSet.map(({ CidrBlock }) => CidrBlock)
      : [raw?.CidrBlock]),
    ...(raw?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
  ]
  return texts.flatMap((text) => {
    const prefix = text === undefined ? undefined : parseBlock(text)
    if (prefix?.family !== plane.family) return []
    const set = prefixSet(prefix)
    return intervals.covers(inForce, set) ? [{ text: text!, set, length: prefix.length }] : []
  })
}
