// Prints the source files of `sallyport` in which a function runs for one delivery through Express, as JSON.
import { once } from 'node:events'
import { Session } from 'node:inspector/promises'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'

const secret = 'whsec_test'
const receiver = createReceiver(sonzai(), { secret }).on('on_wakeup_ready', () => {})
const server = express().post('/', webhook(receiver)).listen(0)
await once(server, 'listening')
const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true })
await session.post('Profiler.takePreciseCoverage')
const url = `http://localhost:${(server.address() as AddressInfo).port}/`
const { status } = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })
const { result } = await session.post('Profiler.takePreciseCoverage')
const folder = '/packages/sallyport/src/'
const files = result
  .filter(({ url: file, functions }) => file.includes(folder) && functions.some(({ ranges }) => ranges[0]!.count > 0))
  .map(({ url: file }) => file.slice(file.indexOf(folder) + folder.length))
console.log(JSON.stringify({ status, files: files.toSorted() }))
server.closeAllConnections()
server.close()
