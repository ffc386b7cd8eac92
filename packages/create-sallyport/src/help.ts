import { senders } from './catalogue.ts'
import { defaults, frameworks, languages, stores } from './choices.ts'

const list = (choices: object): string => Object.keys(choices).join(', ')

/** What `--help` prints, in 80 columns. */
export function createHelp(): string {
  return `Creates a webhook receiver with Sallyport.

Usage: npm create sallyport@latest [folder] -- [options]

Options:
  --framework <name>   ${list(frameworks)} (default: ${defaults.framework})
  --senders <names>    who sends webhooks, separated by commas
                       (default: ${defaults.senders.map(({ name }) => name).join(',')})
  --store <name>       where events are kept before they are handled:
                       ${list(stores)} (default: ${defaults.store})
  --language <name>    ${list(languages)} (default: ${defaults.language})
  --install            install the dependencies (default: no)
  -y, --yes            ask nothing: use the default of what no flag says
  -v, --version        print the version
  -h, --help           print this

Senders:
${wrap(senders.map(({ name }) => name))}

Examples:
  npm create sallyport@latest
  npm create sallyport@latest my-webhooks -- --yes
  npm create sallyport@latest hooks -- --framework hono --senders github,stripe

Exit codes: 0 created, 1 failed, 2 invalid command line or folder (nothing was
written), 130 cancelled (nothing was written).
`
}

function wrap(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length + 2 <= 78) lines[lines.length - 1] = `${last}, ${word}`
    else lines.push(`  ${word}`)
  }
  return lines.join(',\n')
}
