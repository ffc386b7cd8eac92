/** Where the names come from that a fragment may use without importing them. */
const imports: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/core': ['NestFactory'],
  sallyport: ['createReceiver', 'deliveryChannel', 'RejectError', 'type DeliveryReport'],
  'sallyport/express': ['webhook'],
  'sallyport/providers/sonzai': ['sonzai'],
  'sallyport/testing': ['signDelivery'],
  'node:diagnostics_channel': ['subscribe'],
}

/** What a fragment may use beside that; made in this order, from names above. */
const values: Readonly<Record<string, string>> = {
  receiver: "const receiver = createReceiver(sonzai(), { secret: 'whsec_docs' })",
  oldSecret: "const oldSecret = 'whsec_old'",
  newSecret: "const newSecret = 'whsec_new'",
  url: "const url = 'http://localhost:3000/webhooks/sonzai'",
  push: 'const push = async (_message: unknown, _signal: AbortSignal) => {}',
  audit: 'const audit = async (_id: string, _keyId: string) => {}',
  AppModule: 'class AppModule {}',
}

/** Completes a fragment with what its names stand for, all in one line, so that the lines of the document are kept. */
export function completeFragment(code: string): string {
  const uses = (text: string, name: string): boolean => new RegExp(`(?<![.\\w'])${name}\\b`).test(text)
  const used = Object.entries(values).filter(([name]) => uses(code, name) && !uses(code, `const ${name}`))
  const body = [...used.map(([, statement]) => statement), code].join('; ')
  const statements = Object.entries(imports).flatMap(([module, names]) => {
    const wanted = names.filter((name) => uses(body, name.replace('type ', '')))
    return wanted.length === 0 ? [] : [`import { ${wanted.join(', ')} } from '${module}'`]
  })
  return [...statements, body].join('; ')
}
