/** Told now and then while something long is worked out; `of` is known from the start. */
export type Progress = (done: number, of: number) => void
