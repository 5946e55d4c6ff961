/** How long things take, in milliseconds. */

/** Once more than asked for: the first run warms up. `forget` lets go of what the last one left. */
export const repeat = <T>(runs: number, run: () => T, forget?: () => void): readonly T[] =>
  Array.from({ length: runs + 1 }, () => {
    forget?.()
    collectGarbage()
    return run()
  })

export const timed = <T>(run: () => T): [number, T] => {
  const start = performance.now()
  const result = run()
  return [performance.now() - start, result]
}

export const timedAsync = async <T>(run: () => Promise<T>): Promise<[number, T]> => {
  const start = performance.now()
  const result = await run()
  return [performance.now() - start, result]
}

/** Not there unless node was started with `--expose-gc`. */
export const collectGarbage = (): void => globalThis.gc?.()
