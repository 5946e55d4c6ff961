/** Where interfaces may stand that nobody looked for: what a policy says of them is not known, although no group of it shows them. */
import { nameOfResource, type Network } from '../network/network.ts'

/** A VPC whose interfaces were not all read, or a region of an account of which not even the VPCs are known. */
export interface UnreadPlace {
  readonly account: string
  readonly vpc?: string
  readonly text: string
}

export const unreadPlaces = (network: Network): readonly UnreadPlace[] => {
  const vpcs = new Set([
    ...network.all('vpc').map(({ id }) => id),
    ...network.all('subnet').map(({ raw }) => raw.VpcId),
  ])
  const known = [...vpcs]
    .filter((id) => !network.coversIn('networkInterface', id))
    .map((id): UnreadPlace => {
      const vpc = network.get('vpc', id)
      const name = vpc && nameOfResource(vpc)
      return { account: network.placeOf(id).account, vpc: id, text: name === undefined ? id : `${id} (${name})` }
    })
  const regions = network.gaps.flatMap(({ kind, account, region }) =>
    kind === 'networkInterface' && account !== undefined && region !== undefined ? [{ account, region }] : [],
  )
  const unseen = regions
    .filter((place) => !network.covers('vpc', place) && !network.covers('networkInterface', place))
    .map(({ account, region }): UnreadPlace => ({ account, text: `account ${account} in ${region}` }))
  return [...known, ...new Map(unseen.map((place) => [place.text, place])).values()]
}

/** Whether one of the subnets is there, as far as anybody knows. */
export const mayHold = (network: Network, { vpc }: UnreadPlace, subnets: ReadonlySet<string>): boolean =>
  vpc === undefined || !network.coversIn('subnet', vpc) || network.subnetsOf(vpc).some(({ id }) => subnets.has(id))
