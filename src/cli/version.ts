/** The version of ztnet, from the package itself, so that it cannot differ. */
import { createRequire } from 'node:module'

export const { version: VERSION } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }
