import { createSandbox } from '@sallyport/sandbox'

/** Calls the API during an outage, and returns what it answered. */
export async function callDuringOutage(): Promise<Response[]> {
  await using sandbox = await createSandbox()
  const list = () =>
    fetch(`${sandbox.url}/api/v1/webhooks`, { headers: { authorization: `Bearer ${sandbox.sonzai.apiKey}` } })
  // #region fail
  sandbox.failCalls({ calls: 2, status: 429, retryAfterSeconds: 1 })
  // #endregion fail
  return [await list(), await list(), await list()]
}
