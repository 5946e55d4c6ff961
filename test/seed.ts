/** Every law tries the same cases in every run, so that what passed once passes again and a failure is of the change before it. Other cases
 *  are tried by hand: `ZTNET_SEED=<number>`, more of them as `README.md` here says. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['ZTNET_SEED'] ?? 1) })
