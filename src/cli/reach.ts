/** `ztnet reach`: one question, or a batch of them. */
import { readFileSync } from 'node:fs'
import { type Command } from 'commander'
import { compile } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import { resolvePlace } from '../analysis/place.ts'
import { judge, reach } from '../analysis/reach.ts'
import { loadSnapshot } from '../collect/snapshot-file.ts'
import { parseProtocol } from '../packet/protocol.ts'

export const addReachCommand = (program: Command, _end: (status: number) => void): void => {
  program
    .command('reach')
    .argument('[from]')
    .argument('[to]')
    .option('--batch <file>')
    .option('--snapshot <path>')
    .option('--format <f>')
    .option('--protocol <p>')
    .option('--port <p>')
    .action(async (from, to, o) => {
      const { snapshot } = await loadSnapshot(o.snapshot)
      const compiled = compile(new Network(snapshot))
      if (o.batch) {
        const out: string[] = []
        for (const line of readFileSync(o.batch, 'utf8').trim().split('\n')) {
          const q = JSON.parse(line)
          try {
            const protocol = q.protocol === undefined ? undefined : parseProtocol(q.protocol)!
            const filter = { ...(protocol !== undefined && { protocol }), ...(q.port !== undefined && { ports: [q.port, q.port] as [number, number] }), ...(q.sourcePort !== undefined && { sourcePort: q.sourcePort }), ...(q.icmpType !== undefined && { icmpType: q.icmpType }), ...(q.icmpCode !== undefined && { icmpCode: q.icmpCode }) }
            out.push(JSON.stringify({ id: q.id, ...judge(compiled, resolvePlace(compiled.network, q.from), resolvePlace(compiled.network, q.to), filter) }))
          } catch (e) { out.push(JSON.stringify({ id: q.id, error: process.env.ZTNET_DEBUG ? (e as Error).stack : (e as Error).message })) }
        }
        process.stdout.write(out.join('\n') + '\n')
        return
      }
      const filter = { ...(o.protocol && { protocol: parseProtocol(o.protocol)! }), ...(o.port && { ports: [+o.port, +o.port] as [number, number] }) }
      console.log(JSON.stringify(reach(compiled, resolvePlace(compiled.network, from), resolvePlace(compiled.network, to), filter), null, 1))
    })
}
