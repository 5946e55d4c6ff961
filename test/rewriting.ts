/** Whether expected files are to be written anew instead of compared: `ZTNET_WRITE_GOLDEN=1 npx vitest run test/golden`. Never in CI,
 *  where it would let anything pass. */
export const rewriting = process.env['ZTNET_WRITE_GOLDEN'] === '1' && process.env['CI'] === undefined
