/** The bundled examples: name to snapshot. Their sources stand beside this file; `write.ts` puts them into `snapshots/`. */
import { fileURLToPath } from 'node:url'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import type { Estate } from '../build.ts'
import { dangling } from './dangling.ts'
import { dualStack } from './dual-stack.ts'
import { hybrid } from './hybrid.ts'
import { loadBalancer } from './load-balancer.ts'
import { naclReturn } from './nacl-return.ts'
import { natGateway } from './nat-gateway.ts'
import { peering } from './peering.ts'
import { privateLink } from './private-link.ts'
import { realistic } from './realistic.ts'
import { threeTier } from './three-tier.ts'
import { transitHub } from './transit-hub.ts'

export const snapshotsFolder = fileURLToPath(new URL('../../snapshots/', import.meta.url))

const estates: Readonly<Record<string, () => Estate>> = {
  'three-tier': threeTier,
  'nat-gateway': natGateway,
  peering,
  'transit-hub': transitHub,
  'nacl-return': naclReturn,
  'private-link': privateLink,
  dangling,
  'dual-stack': dualStack,
  'load-balancer': loadBalancer,
  hybrid,
}

/** The default is the one with the latest instant, so three-tier was collected last; all lie before what a user collects. */
const collectedAt = (name: string): string => (name === 'three-tier' ? '2026-10-05T08:00:00Z' : '2026-10-01T08:00:00Z')

/** The ids that AWS itself gave its prefix lists in eu-central-1. */
const serviceLists = { 'pl-s3': 'pl-6ea54007', 'pl-dynamodb': 'pl-66a5400f' }

export const examples: ReadonlyMap<string, Snapshot> = new Map(
  Object.entries(estates).map(([name, made]) => [
    name,
    realistic(made().snapshot(collectedAt(name)), name, serviceLists),
  ]),
)
