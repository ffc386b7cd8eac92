import { serveConsole } from './console/server.ts'
import { serveContextHubDeploy } from './context-hub-deploy/server.ts'
import { publish } from './fleet-deploy/publish.ts'
import { serveFleetDeploy } from './fleet-deploy/server.ts'
import { listInbox, replayInbox } from './inbox/operate.ts'
import { serveInbox } from './inbox/server.ts'
import { workOnInbox } from './inbox/worker.ts'
import { createReceivers } from './receivers.ts'
import { servers, serverNames, type ServerName } from './servers/index.ts'
import type { RunningServer } from './servers/listen.ts'

const [name = '', ...rest] = process.argv.slice(2)
const port = Number(process.env['PORT'] || 3000)

const others = {
  console: runConsole,
  'context-hub-deploy': runContextHubDeploy,
  'fleet-deploy': runFleetDeploy,
  'fleet-publish': runFleetPublish,
  inbox: runInbox,
  'inbox-worker': () => workOnInbox(process.env),
  'inbox-list': () => listInbox(process.env, rest[0]),
  'inbox-replay': () => replayInbox(process.env, rest[0]),
} satisfies Record<string, () => Promise<void>>

if (!isServer(name) && !isOther(name)) {
  const usages = [
    `${serverNames.join('|')}|console|fleet-deploy|context-hub-deploy|inbox|inbox-worker`,
    'fleet-publish <agent> [field=value]…',
    'inbox-list [pending|active|done|dead]',
    'inbox-replay [text]',
  ]
  stop(2, `usage: ${usages.map((usage) => `npm run example -- ${usage}`).join('\n       ')}`)
} else if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  stop(2, `PORT must be a port number, not "${process.env['PORT']}"`)
} else {
  try {
    await (isServer(name) ? runServer(name) : others[name]())
  } catch (error) {
    stop(1, error instanceof Error ? error.message : String(error))
  }
}

async function runServer(server: ServerName): Promise<void> {
  const receivers = createReceivers(process.env)
  const running = await servers[server](receivers, port)
  const { sonzai, invoratec, fleet } = receivers
  announce(running, `/webhooks/sonzai, /webhooks/invoratec${describeFleet(fleet !== undefined)}`)
  // Answers what has arrived, lets handlers end; then nothing keeps the process alive.
  endOnSignal(async () => {
    await running.close()
    await Promise.all([sonzai.settled(), invoratec.settled(), fleet?.settled()])
  })
}

function describeFleet(isOn: boolean): string {
  if (!isOn) return '; /webhooks/fleet is off: FLEET_WEBHOOK_TOKEN is not set'
  const directory = process.env['FLEET_DEPLOY_DIR']
  return `, /webhooks/fleet (${directory ? `deploys to ${directory}` : 'deploys nothing: FLEET_DEPLOY_DIR is not set'})`
}

async function runConsole(): Promise<void> {
  const { operate, view, ...running } = await serveConsole(port)
  announce(running, `/console; any name, password ${operate}, or ${view} to look only`)
  endOnSignal(() => running.close())
}

async function runFleetDeploy(): Promise<void> {
  const running = await serveFleetDeploy(process.env, port)
  announce(running, '/webhooks/fleet')
  endOnSignal(() => running.close())
}

async function runContextHubDeploy(): Promise<void> {
  const running = await serveContextHubDeploy(process.env, port)
  const isFleetOn = Boolean(process.env['FLEET_WEBHOOK_TOKEN'])
  announce(running, `/webhooks/langsmith${isFleetOn ? ', /webhooks/fleet' : ''}`)
  endOnSignal(() => running.close())
}

async function runFleetPublish(): Promise<void> {
  const [agent = '', ...changes] = rest
  const isAccepted = await publish(agent, changes, process.env['FLEET_WEBHOOK_TOKEN'] ?? '', port)
  if (!isAccepted) process.exitCode = 1
}

async function runInbox(): Promise<void> {
  const running = await serveInbox(process.env, port)
  const paths = `/webhooks/sonzai, /webhooks/invoratec, kept in ${process.env['INBOX_FILE']}`
  announce(running, `${paths}${describeFleet(Boolean(process.env['FLEET_WEBHOOK_TOKEN']))}`)
  endOnSignal(() => running.close())
}

// On stderr: stdout carries events and nothing else.
function announce(running: RunningServer, paths: string): void {
  console.error(`listening on http://127.0.0.1:${running.port} (${name}): ${paths}`)
}

function endOnSignal(end: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end())
}

function isServer(candidate: string): candidate is ServerName {
  return Object.hasOwn(servers, candidate)
}

function isOther(candidate: string): candidate is keyof typeof others {
  return Object.hasOwn(others, candidate)
}

function stop(exitCode: number, message: string): void {
  console.error(message)
  process.exitCode = exitCode
}
