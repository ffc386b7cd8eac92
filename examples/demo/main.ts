import { once } from 'node:events'
import { join } from 'node:path'
import { startConsole } from './console.ts'
import { play } from './play.ts'
import { ensureAll } from './register.ts'
import { createWorld, type World } from './world.ts'

const next = [
  '',
  'Next:',
  '  npm run demo -- --keep       the same; the platforms and their pages stay',
  '  npm run sallyport -- --help  the command: sandbox, listen, send, verify, …',
  '  examples/servers             servers for Express, Koa, Fastify and fetch',
  '  README.md                    your first receiver',
]

const parameters = process.argv.slice(2)

if (parameters.every((parameter) => parameter === '--keep')) await run(parameters.length > 0)
else {
  console.error('usage: npm run demo [-- --keep]')
  process.exitCode = 2
}

async function run(keep: boolean): Promise<void> {
  console.log('Sallyport receives webhooks: verified, stored, handled, replayable.')
  console.log('A ✓ line shows what happened, and to what. A ✗ line shows what was expected.')
  const world = await createWorld()
  try {
    process.exitCode = await play(world, console.log)
    if (keep) await keepRunning(world)
    else console.log(next.join('\n'))
  } finally {
    await world.close()
  }
}

/** Says where everything is, and waits for Ctrl-C. */
async function keepRunning(world: World): Promise<void> {
  const { sandbox, servers } = world
  // The last chapter pointed one event at a server that is gone.
  await ensureAll(world)
  const inbox = await startConsole(world.folder, join('express', 'prod'))
  console.log(
    [
      '',
      'Still running. Stop with Ctrl-C.',
      '',
      'The console over the inbox of the last chapter; the link works once:',
      `  ${inbox.url}`,
      'Pages of the platforms: register webhooks, trigger events, see each delivery:',
      ...(['sonzai', 'invoratec', 'fleet', 'langsmith'] as const).map(
        (name) => `  ${name.padEnd(10)} ${sandbox.url}/${name}`,
      ),
      'Their APIs, and the keys of this sandbox:',
      `  sonzai     ${sandbox.sonzai.url}/api/v1  ${sandbox.sonzai.apiKey}`,
      `  invoratec  ${sandbox.invoratec.url}/v1  ${sandbox.invoratec.apiKey}`,
      `  fleet      ${sandbox.fleet.url}/v1  ${sandbox.fleet.apiKey}`,
      `  langsmith  ${sandbox.langsmith.url}/v1  ${sandbox.langsmith.apiKey}`,
      'Servers that receive at /webhooks/sonzai, /webhooks/invoratec, /webhooks/fleet:',
      ...servers.map(({ name, url }) => `  ${name.padEnd(10)} ${url}`),
      `Files (deleted at the end): ${world.folder}`,
    ].join('\n'),
  )
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await inbox.stop()
}
