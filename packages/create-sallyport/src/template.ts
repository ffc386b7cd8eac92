import type { Sender } from './catalogue.ts'

// ` // @inbox` in code, ` # @npm` in a Dockerfile, ` <!-- @sqlite -->` in a document.
const tagged = /^(.*?)\s*(?:\/\/|#|<!--) (@[a-z-]+(?: @[a-z-]+)*)(?: -->)?$/

/**
 * Fills a template, which is a file of a project that receives from Sonzai and stores events. Tags at the end of a line say
 * when it stays: `@inbox @redis` if one of these facts holds, `@each-sender` once for each sender, `@first-sender` once.
 */
export function fillTemplate(text: string, facts: ReadonlySet<string>, senders: readonly Sender[]): string {
  const lines = text.split('\n').flatMap((line) => {
    const [, content, tags] = tagged.exec(line) ?? []
    if (content === undefined || tags === undefined) return [line]
    const names = tags.split(' ').map((tag) => tag.slice(1))
    if (names.includes('each-sender')) return senders.map((sender) => nameSender(content, sender))
    if (names.includes('first-sender')) return [nameSender(content, senders[0]!)]
    return names.some((name) => facts.has(name)) ? [content] : []
  })
  const filled = lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')
  const wired = facts.has('inbox') ? filled : filled.replaceAll('({ inbox })', '()')
  return facts.has('javascript') ? wired.replaceAll('.ts', '.js') : wired
}

const sample =
  /sallyport\/providers\/sonzai|send sonzai on_wakeup_ready|SONZAI_WEBHOOK_SECRET|sonzai: receiveSonzai|receivers\.sonzai|receiveSonzai|'whsec_' \+ |on_wakeup_ready|\{ sonzai \}|sonzai\(\)|sonzai|Sonzai/g

/** Puts another sender in the place of Sonzai. */
export function nameSender(text: string, sender: Sender): string {
  const { name, title, variable, secretPrefix, module, factory, event } = sender
  const words: Readonly<Record<string, string>> = {
    'sallyport/providers/sonzai': module,
    'send sonzai on_wakeup_ready': `send ${name} ${/^[\w.-]+$/.test(event) ? event : `"${event}"`}`,
    SONZAI_WEBHOOK_SECRET: variable,
    'sonzai: receiveSonzai': `${toCamel(name)}: ${toCamel(`receive-${name}`)}`,
    'receivers.sonzai': `receivers.${toCamel(name)}`,
    receiveSonzai: toCamel(`receive-${name}`),
    "'whsec_' + ": secretPrefix === '' ? '' : `'${secretPrefix}' + `,
    on_wakeup_ready: event,
    '{ sonzai }': `{ ${factory} }`,
    'sonzai()': `${factory}()`,
    Sonzai: title,
    sonzai: name,
  }
  return text.replaceAll(sample, (word) => words[word]!)
}

function toCamel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())
}
