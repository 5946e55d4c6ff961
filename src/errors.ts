/** The three kinds of trouble, told apart by type: what the user gave us is wrong (`ZtnetError`), what we do not know (a
 *  `Gap`, a value and never thrown), and what is our own defect (any other error, reported by the command line as such). */

export interface ErrorPlace {
  /** The file, folder or argument that is wrong, as the user named it. */
  readonly file?: string
  /** Where in it: a JSON path such as `NetworkInterfaces[3].SubnetId`, or `line 12`. */
  readonly at?: string
}

/** Something the user gave us is wrong. Message and hint are sentences for the user; the command line exits with 2. */
export class ZtnetError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly place: ErrorPlace

  constructor(code: string, message: string, options: { hint?: string; place?: ErrorPlace; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ZtnetError'
    this.code = code
    this.hint = options.hint
    this.place = options.place ?? {}
  }
}
