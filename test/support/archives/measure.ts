// Started by measureReading with little memory: reads archives and prints the cost of each as a line of JSON.
import { attempt } from './attempt.ts'
import { heavyArchives } from './heavy.ts'
import { fixtureName } from './hostile/fixture.ts'
import { hostileArchives } from './hostile/index.ts'

for (const name of process.argv.slice(2)) {
  const hostile = hostileArchives.find((archive) => fixtureName(archive) === name)
  const found = hostile ?? heavyArchives.find((archive) => archive.name === name)
  if (!found) throw new Error(`There is no archive ${name}`)

  const bytes = found.build()
  const before = { memory: process.resourceUsage().maxRSS, cpu: process.cpuUsage() }
  const { code } = await attempt(bytes, hostile?.limits)
  const { user, system } = process.cpuUsage(before.cpu)
  const memory = Math.round((process.resourceUsage().maxRSS - before.memory) / 1024)
  console.log(JSON.stringify({ code, milliseconds: (user + system) / 1000, memory }))
}
