import { timingSafeEqual } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { createReceiver, createReply } from 'sallyport'
import { webhook } from 'sallyport/node'
import { deployBundle, fleet } from '@sallyport/fleet'
import JSZip from 'jszip'
import { action, secret } from './fleet-bodies.ts'

/** Makes a route that deploys each delivery into a folder of its own below the root. */
export type FleetRoute = (root: string) => RequestListener

const mostBytes = 48 * 1024 * 1024

/** The floor first. */
export const routes: Readonly<Record<string, FleetRoute>> = {
  floor: (root) => {
    let count = 0
    return (request, response) => {
      const folder = join(root, `round-${count++}`)
      writeByHand(request, folder).then(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"outcome":"handled"}'),
        (error: Error) => response.writeHead(500).end(error.message),
      )
    }
  },
  sallyport: (root) => {
    let count = 0
    // Body and archive of the same size are compared, so the limit of the archive must not be the smaller one.
    const receiver = createReceiver(fleet({ actions: [action], limits: { maxArchiveBytes: mostBytes } }), { secret })
    receiver.on(action, async ({ data: { bundle, publisher } }) => {
      await deployBundle(bundle, root, { name: `round-${count++}`, action, publisher })
      return createReply({ body: { outcome: 'handled' } })
    })
    return webhook(receiver)
  },
}

const expected = Buffer.from(secret)

/** The shortest honest route: no check of the archive, no digest, nothing flushed, nothing atomic. */
async function writeByHand(request: IncomingMessage, folder: string): Promise<void> {
  const given = Buffer.from(request.headers.authorization ?? '')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('not the secret')
  const { files } = JSON.parse(await readText(request)) as { files: { content_base64: string } }
  const zip = await JSZip.loadAsync(Buffer.from(files.content_base64, 'base64'))
  for (const entry of Object.values(zip.files).filter(({ dir }) => !dir)) {
    const path = join(folder, entry.name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, await entry.async('nodebuffer'))
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
