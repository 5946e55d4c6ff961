/** Builds the page of `ztnet map`: script, engine and style in one HTML file that loads nothing, with two places left for a title and for data.
 *  Its Content-Security-Policy names the script and the style by their hashes and forbids everything else that it does not use. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const bundled = async (entry: string): Promise<{ readonly code: string; readonly packages: readonly string[] }> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [here(`src/${entry}`)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    absWorkingDir: here('..'),
  })
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  )
  // What would end the element that it stands in.
  return { code: outputFiles[0]!.text.replaceAll('</script', String.raw`<\/script`), packages }
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const [page, engine] = await Promise.all([bundled('main.ts'), bundled('engine.ts')])
const style = readFileSync(here('page.css'), 'utf8')
const policy = [
  "default-src 'none'",
  `script-src ${hash(page.code)}`,
  `style-src ${hash(style)}`,
  'img-src data: blob:',
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The licences of what is inside ask to go along with it. */
const notices = [...new Set([...page.packages, ...engine.packages])].sort().map((name) => {
  const folder = here(`../node_modules/${name}/`)
  const file = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license'].find((each) => exists(folder + each))
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Record<string, string>
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(folder + file, 'utf8').trim()}`
})

function exists(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

const parts: Readonly<Record<string, string>> = { policy, style, engine: engine.code, page: page.code }
const html = readFileSync(here('page.html'), 'utf8').replace(
  /\{\{(\w+)\}\}/g,
  (whole, name: string) => parts[name] ?? whole,
)
const comment = `<!--\nThis page holds:\n\n${notices.join('\n\n----\n\n').replaceAll('--', '- -')}\n-->\n`
mkdirSync(here('../dist/viz'), { recursive: true })
writeFileSync(here('../dist/viz/page.html'), html.replace('</html>', `</html>\n${comment}`))
