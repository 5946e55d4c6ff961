/** Places in the words of a policy: whatever `reach` would take, services of AWS, and the entries of prefix lists. */
import { ZtnetError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import { type AddressSet, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type Place, resolvePlace } from '../analysis/place.ts'
import { either, NONE, type Selected } from './selected.ts'

export class PlaceWords {
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  place(text: string): Selected {
    try {
      const place = resolvePlace(this.#network, text)
      if (place.is === 'aws-service') return this.services(place.services)
      if (place.is === 'addresses') return this.#addresses([place])
      if (place.is !== 'interfaces') return { ...NONE, outside: [place] }
      const ids = new Set(place.interfaces.map(({ id }) => id))
      const { unread = [] } = place
      return { ...NONE, has: ({ id }) => ids.has(id), may: ({ vpc }) => vpc === undefined || unread.includes(vpc) }
    } catch (error) {
      // What is not there selects nothing; what may mean several things must be said more clearly.
      if (error instanceof ZtnetError && ['PLACE_UNKNOWN', 'PLACE_EMPTY'].includes(error.code)) return NONE
      throw error
    }
  }

  /** A service is reached at addresses of its own and at interface endpoints, which are interfaces of the estate. */
  services(services: readonly string[]): Selected {
    const name = services.length === 0 ? 'aws-services' : `aws:${services[0]}`
    return { ...NONE, outside: [resolvePlace(this.#network, name)] }
  }

  #addresses(places: readonly Extract<Place, { is: 'addresses' }>[]): Selected {
    const within = places.map(({ family, addresses }) => ({ family, addresses }))
    return {
      ...NONE,
      has: (each) => within.some(({ family, addresses }) => intervals.overlaps(each.addressSet(family), addresses)),
      may: ({ vpc }) =>
        vpc === undefined ||
        within.some(({ family, addresses }) => intervals.overlaps(this.#network.vpcBlocks(vpc, family), addresses)),
      outside: places.flatMap((place) => this.#beyondEstate(place)),
    }
  }

  /** The part of a block that no VPC has; its selector stays what people wrote. */
  #beyondEstate(place: Extract<Place, { is: 'addresses' }>): readonly Place[] {
    this.#blocks[place.family] ??= intervals.unionAll(
      this.#network.all('vpc').map(({ id }) => this.#network.vpcBlocks(id, place.family)),
    )
    const addresses = intervals.subtract(place.addresses, this.#blocks[place.family]!)
    return addresses.length === 0 ? [] : [{ ...place, addresses }]
  }

  readonly #blocks: { [F in Family]?: AddressSet } = {}

  prefixList(text: string): Selected {
    const found = this.#network
      .all('managedPrefixList')
      .find(({ id, raw }) => id === text || raw.PrefixListName === text)
    const entries = this.#network.prefixListEntries(found?.id ?? text)
    if (!entries) return { ...NONE, lacks: [`the entries of the prefix list ${text}`] }
    return either(entries.map((cidr) => this.place(cidr)))
  }
}
