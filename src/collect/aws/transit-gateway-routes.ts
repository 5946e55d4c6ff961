/** All routes of a transit gateway route table. SearchTransitGatewayRoutes answers a thousand and says that there are more: where it gives
 *  no token for them, the addresses are halved until each part is whole.
 *  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html */
import { byCodeUnit } from '../../collections.ts'
import { formatAddress, parseBlock, type Prefix } from '../../packet/address.ts'
import { normalForm } from '../../snapshot/normal-form.ts'
import type { Answer } from '../describe-calls.ts'
import { batches, recordsIn, type Input } from './row.ts'

type Send = (more: Input) => Promise<Answer>

interface Filter {
  readonly Name: string
  readonly Values: readonly string[]
}

const PAGE = 1000
/** Of one filter. */
const MOST_VALUES = 200
const ALL: Filter = { Name: 'type', Values: ['static', 'propagated'] }

/** The answer with every route, in one order. `AdditionalRoutesAvailable` stays where even the smallest part is not whole. */
export async function searchRoutes(send: Send): Promise<Answer> {
  const first = await search(send, [ALL])
  const found = first.isWhole ? first : await searchApart(send)
  const Routes = [...new Map(found.routes.map((route) => [normalForm(route), route]))]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([, route]) => route)
  return { Routes, AdditionalRoutesAvailable: !found.isWhole }
}

interface Found {
  readonly routes: readonly Answer[]
  readonly isWhole: boolean
}

async function search(send: Send, Filters: readonly Filter[]): Promise<Found> {
  const routes: Answer[] = []
  let token: unknown
  for (;;) {
    const answer = await send({ Filters, MaxResults: PAGE, ...(token !== undefined && { NextToken: token }) })
    routes.push(...recordsIn(answer, 'Routes'))
    const next = answer['NextToken']
    if (typeof next !== 'string' || next === '' || next === token) {
      return { routes, isWhole: answer['AdditionalRoutesAvailable'] !== true }
    }
    token = next
  }
}

async function searchApart(send: Send): Promise<Found> {
  const halved: string[] = []
  const found: Found[] = []
  for (const block of ['0.0.0.0/0', '::/0']) found.push(await searchInside(send, parseBlock(block) as Prefix, halved))
  // neither half holds a route to the whole
  for (const Values of batches(halved, MOST_VALUES))
    found.push(await search(send, [ALL, { Name: 'route-search.exact-match', Values }]))
  return together(found)
}

/** The routes whose block lies in this one, or in its halves where they are too many together. `halved` takes the blocks so divided. */
async function searchInside(send: Send, block: Prefix, halved: string[]): Promise<Found> {
  const inside = await search(send, [ALL, { Name: 'route-search.subnet-of-match', Values: [written(block)] }])
  if (inside.isWhole || block.length === widthOf(block)) return inside
  halved.push(written(block))
  const found: Found[] = []
  for (const half of halvesOf(block)) found.push(await searchInside(send, half, halved))
  return together(found)
}

function together(found: readonly Found[]): Found {
  return { routes: found.flatMap(({ routes }) => routes), isWhole: found.every(({ isWhole }) => isWhole) }
}

function halvesOf(block: Prefix): readonly Prefix[] {
  const lower = blockAt(formatAddress(block.first), block.length + 1)
  return [lower, blockAt(formatAddress(lower.end), block.length + 1)]
}

function blockAt(address: string, length: number): Prefix {
  return parseBlock(`${address}/${length}`) as Prefix
}

function written(block: Prefix): string {
  return `${formatAddress(block.first)}/${block.length}`
}

function widthOf({ family }: Prefix): number {
  return family === 4 ? 32 : 128
}
