/** What a record must look like to be used: which fields, of which type. One notation gives the TypeScript type of a record and the
 *  check of one, so the two cannot drift apart. It knows nothing of AWS.
 *
 *  Why not zod here: loading it doubles the time of a `node` process that does nothing else, and a snapshot is checked on every
 *  start; a second, faster check beside zod would have to be kept in step with it by hand. */

export type Shape = Scalar<'string' | 'number' | 'boolean'> | ListShape | TableShape | RecordShape

export interface Scalar<T extends string> {
  readonly is: T
}
export interface ListShape<E = unknown> {
  readonly is: 'list'
  readonly of: E
}
/** Values of one shape, under names that AWS or the customer gives. */
export interface TableShape<E = unknown> {
  readonly is: 'table'
  readonly of: E
}
/** Fields that a record is meaningless without, and fields it may have; any other field is allowed and kept. */
export interface RecordShape<N extends Fields = Fields, M extends Fields = Fields> {
  readonly is: 'record'
  readonly needed: N
  readonly optional: M
  /** The names of both, the needed first, and their shapes beside them: what the check walks over. */
  readonly names: readonly string[]
  readonly shapes: readonly Shape[]
  readonly neededCount: number
}
interface Fields {
  readonly [name: string]: unknown
}

/** The TypeScript type of the values that have a shape. */
export type ValueOf<S> =
  S extends Scalar<'string'>
    ? string
    : S extends Scalar<'number'>
      ? number
      : S extends Scalar<'boolean'>
        ? boolean
        : S extends ListShape<infer E>
          ? readonly ValueOf<E>[]
          : S extends TableShape<infer E>
            ? { readonly [name: string]: ValueOf<E> }
            : S extends RecordShape<infer N, infer M>
              ? { readonly [P in keyof N]: ValueOf<N[P]> } & { readonly [P in keyof M]?: ValueOf<M[P]> | undefined }
              : never

export const text: Scalar<'string'> = { is: 'string' }
export const number: Scalar<'number'> = { is: 'number' }
export const flag: Scalar<'boolean'> = { is: 'boolean' }

export function list<E extends Shape>(of: E): ListShape<E> {
  return { is: 'list', of }
}

export function table<E extends Shape>(of: E): TableShape<E> {
  return { is: 'table', of }
}

/** A record: what it needs, then what it may have. */
export function record<N extends { readonly [name: string]: Shape }, M extends { readonly [name: string]: Shape }>(
  needed: N,
  optional: M,
): RecordShape<N, M> {
  return {
    is: 'record',
    needed,
    optional,
    names: [...Object.keys(needed), ...Object.keys(optional)],
    shapes: [...Object.values<Shape>(needed), ...Object.values<Shape>(optional)],
    neededCount: Object.keys(needed).length,
  }
}

/** Where a value departs from its shape, as a path inside it: `Entries[2].PortRange.From`; empty for the value itself. */
export interface Misfit {
  readonly at: string
  readonly expected: string
  readonly got: string
}

/** Checks a record and settles its spelling: an optional field that is `null` or an empty text becomes `undefined`, which is what
 *  its type promises. Returns the first misfit, or nothing where the record may be used. Runs over every record of every snapshot. */
export function admit(shape: RecordShape, value: unknown): Misfit | undefined {
  if (!isRecord(value)) return { at: '', expected: 'object', got: typeName(value) }
  const { names, shapes, neededCount } = shape
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    const field = value[name]
    const expected = shapes[i] as Shape
    if (field === undefined || field === null || field === '') {
      if (i < neededCount) return { at: name, expected: wording(expected), got: 'nothing' }
      if (field !== undefined) value[name] = undefined
    } else if (typeof field !== expected.is) {
      const misfit = admitCompound(expected, field)
      if (misfit !== undefined) return { ...misfit, at: joinPath(name, misfit.at) }
    }
  }
  return undefined
}

function admitCompound(shape: Shape, value: unknown): Misfit | undefined {
  if (shape.is === 'record') return admit(shape, value)
  if (shape.is === 'table' && isRecord(value)) return admitTable(shape.of as Shape, value)
  if (shape.is !== 'list' || !Array.isArray(value)) return { at: '', expected: wording(shape), got: typeName(value) }
  const of = shape.of as Shape
  for (let i = 0; i < value.length; i++) {
    const element: unknown = value[i]
    if (typeof element === of.is) continue
    const misfit = of.is === 'record' ? admit(of, element) : admitCompound(of, element)
    if (misfit !== undefined) return { ...misfit, at: joinPath(`[${i}]`, misfit.at) }
  }
  return undefined
}

function admitTable(of: Shape, value: Record<string, unknown>): Misfit | undefined {
  for (const [name, entry] of Object.entries(value)) {
    const misfit = typeof entry === of.is ? undefined : admitCompound(of, entry)
    if (misfit !== undefined) return { ...misfit, at: joinPath(name, misfit.at) }
  }
  return undefined
}

/** `a` and `b` as `a.b`, `a` and `[0]` as `a[0]`. */
export function joinPath(outer: string, inner: string): string {
  return outer === '' || inner === '' || inner.startsWith('[') ? outer + inner : `${outer}.${inner}`
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON type of a value, as messages name it. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

function wording(shape: Shape): string {
  return shape.is === 'record' || shape.is === 'table' ? 'object' : shape.is
}
