#!/usr/bin/env node
// Nothing is imported here that an old Node could not read: it must come as far as this message.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
} else {
  console.error(
    `create-sallyport: Node ${process.versions.node} is too old. Install Node 22.18 or newer from https://nodejs.org, then run this again.`,
  )
  process.exitCode = 1
}
