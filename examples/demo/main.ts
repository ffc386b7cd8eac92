import { fleetGroups } from './deliveries/fleet.ts'
import { invoratecGroups } from './deliveries/invoratec.ts'
import { sonzaiGroups } from './deliveries/sonzai.ts'
import { presentDemo } from './present-demo.ts'

process.exitCode = await presentDemo([...sonzaiGroups(), ...invoratecGroups(), ...(await fleetGroups())], console.log)
