/** What `ztnet reach` says before it answers. */
import { describe, expect, it } from 'vitest'
import { type Place, resolvePlace } from '../../src/analysis/place.ts'
import { soonerWay } from '../../src/cli/reach.ts'
import { Network } from '../../src/network/network.ts'
import { estate } from '../build.ts'

const network = new Network(
  estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.1.0/24').instance('web', '10.0.1.10').snapshot(),
)

/** So many interfaces, for all that is asked of them here. */
const placeOf = (selector: string, count: number): Place => ({
  selector,
  kind: 'tier',
  resolved: [],
  is: 'interfaces',
  interfaces: Array.from({ length: count }, () => network.interface('eni-web')!),
})

describe('a question about very many pairs', () => {
  it('can be asked sooner by groups', () => {
    expect(soonerWay(placeOf('tier:private', 60_000), placeOf("my app's db", 12_000))).toBe(
      String.raw`ztnet matrix --from tier:private --to 'my app'\''s db'`,
    )
  })

  it('is not one where few are asked about, or others than interfaces', () => {
    expect(soonerWay(placeOf('tier:private', 60_000), placeOf('db', 12))).toBeUndefined()
    expect(soonerWay(placeOf('tier:private', 60_000), resolvePlace(network, 'internet'))).toBeUndefined()
  })
})
