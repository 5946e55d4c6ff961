/** Writes the bundled examples: `npm run snapshots`. A test fails while the files say anything else than their sources. */
import { join } from 'node:path'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { examples, snapshotsFolder } from './all.ts'

for (const [name, snapshot] of examples) await writeSnapshotFile(join(snapshotsFolder, `${name}.json`), snapshot)
