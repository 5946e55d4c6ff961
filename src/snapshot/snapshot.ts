/** What a snapshot is: raw facts as AWS states them, what was read, and what could not be read. Immutable data; how it is
 *  written to a file is known by `lines.ts`, which fields the engine relies on by `schema.ts`. */
import type { Kind, RawOf } from './schema.ts'

/** One AWS resource. `raw` is the record of the describe call, unknown fields and enum values included. */
export type Resource<K extends Kind = Kind> = {
  readonly [P in K]: {
    readonly kind: P
    /** 12 digits; the owner's where AWS names one, else that of the account it was read from; `unknown` where neither is known. */
    readonly account: string
    /** `us-east-1`; `unknown` where neither the folder nor any record tells. */
    readonly region: string
    /** The AWS id or ARN; for kinds that AWS numbers per parent, the parent's id (see `schema.ts`). */
    readonly id: string
    readonly raw: RawOf<P>
  }
}[K]

/** Missing knowledge. Carried into every answer that needs it, as `unknown`; never an exception. */
export interface Gap {
  /** `NOT_UNDERSTOOD` a file, `MALFORMED` a record, `CONTRADICTION` between two records of one resource, `INCOMPLETE` a list that was
   *  cut short, `ACCESS_DENIED` or `CALL_FAILED` a call. */
  readonly code: string
  readonly message: string
  readonly kind?: Kind
  readonly account?: string
  readonly region?: string
  /** The resource concerned, where it is one. */
  readonly id?: string
  /** File and place, or API call, that it comes from; relative to what the user named. */
  readonly source?: string
  readonly remedy?: string
}

/** "All resources of this kind in this account and region were read": what tells an empty list from a missing one. */
export interface Coverage {
  readonly account: string
  readonly region: string
  readonly kind: Kind
}

export interface Snapshot {
  readonly version: 1
  /** ISO 8601, UTC; absent where nobody said when. */
  readonly collectedAt?: string
  readonly coverage: readonly Coverage[]
  readonly gaps: readonly Gap[]
  readonly resources: readonly Resource[]
}
