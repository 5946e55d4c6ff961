/** Sets of layer-4 headers: the protocol line together with the source port, which only TCP and UDP have. */
import * as intervals from './intervals.ts'
import type { Intervals } from './intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, PORTED, PORTS } from './l4.ts'
import { type Product, product } from './product.ts'

/** Source ports, half-open intervals on 0 to 65536. */
export type PortSet = Intervals<number>

/** Rows of the protocol line with the source ports admitted there. Off TCP and UDP the ports are always `ALL_PORTS`. */
export type Transport = Product<L4Set, PortSet>

export const ALL_PORTS: PortSet = [0, PORTS]

export const transportAlgebra = product<L4Set, PortSet>(l4Algebra, intervals.intervalAlgebra<number>())

export const NO_TRANSPORT: Transport = []
export const ANY_TRANSPORT: Transport = [[EVERYTHING, ALL_PORTS]]

/** Every header on this part of the line, TCP and UDP with these source ports. */
export const transport = (line: L4Set, sourcePorts: PortSet = ALL_PORTS): Transport => {
  if (line.points.length === 0) return NO_TRANSPORT
  if (intervals.equals(sourcePorts, ALL_PORTS)) return [[line, ALL_PORTS]]
  const portless: Transport = row(l4Algebra.subtract(line, PORTED), ALL_PORTS)
  return transportAlgebra.union(portless, row(l4Algebra.intersect(line, PORTED), sourcePorts))
}

/** The part of the line that the set touches, whatever the source port. */
export const lineOf = (set: Transport): L4Set =>
  set.reduce((all, [line]) => l4Algebra.union(all, line), l4Algebra.empty)

/** Equal for equal sets, within one process. */
export const transportKey = (set: Transport): string =>
  set.map(([line, ports]) => `${line.id}:${ports.join()}`).join(' ')

const row = (line: L4Set, sourcePorts: PortSet): Transport =>
  line.points.length === 0 || sourcePorts.length === 0 ? NO_TRANSPORT : [[line, sourcePorts]]
