import { promises, writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

// A process that stops itself at a place of its first update, as a machine that is suspended does, and goes on when it is told.
const [path = '', place = '', id = ''] = process.argv.slice(2)
let isStopped = false

function stopHere(): void {
  if (isStopped) return
  isStopped = true
  writeSync(1, 'inside\n')
  process.kill(process.pid, 'SIGSTOP')
}

const { open, rename } = promises
if (place === 'before it writes')
  promises.open = (...given) => {
    if (String(given[0]).endsWith('.tmp')) stopHere()
    return open(...given)
  }
if (place === 'before it renames')
  promises.rename = (from, to) => {
    // Not a lock that it puts aside.
    if (String(from).endsWith('.tmp')) stopHere()
    return rename(from, to)
  }
syncBuiltinESMExports()

const { createFileSecretStore } = await import('@sallyport/platforms')
await createFileSecretStore(path).update('shared', (current) => {
  if (place === 'in its change') stopHere()
  return { secrets: [...(current?.secrets ?? []), { id, secret: 'whsec_x' }] }
})
writeSync(1, 'resolved\n')
