import { mkdirSync } from 'node:fs'
import { readFile, readlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deployBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { hasChromium, useBrowser } from '../support/browser.ts'
import { hostileTexts } from '../support/console/hostile.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { makeBundle, makeVersion } from '../support/deploy/bundles.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const isInstalled = hasChromium("the console's pages of agents")

// Pictures of the pages, for people to look at.
const pictures = process.env['CONSOLE_PICTURES']
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const [one, two] = [makeVersion(1, { files: 1 }), makeVersion(2, { files: 1 })]
const hostile = makeBundle(
  {
    'AGENTS.md': `# Hostile\n${hostileTexts.join('\n')}\n`,
    'config.json': JSON.stringify({ name: 'Hostile' }),
    'tools.json': JSON.stringify({
      tools: hostileTexts.map((name) => ({ name, mcp_server_url: 'http://tools.example.com' })),
      interrupt_config: Object.fromEntries(hostileTexts.map((name) => [`http://tools.example.com::${name}::x`, true])),
    }),
    ...Object.fromEntries(hostileTexts.slice(0, 6).map((text, index) => [`skills/s${index}/SKILL.md`, text])),
    'skills/onerror=alert(1)/SKILL.md': 'x',
  },
  'Hostile',
)

let page: Page
let root: string
let opened: OpenedConsole

describe.skipIf(!isInstalled)('the pages of agents in Chromium', { timeout: 120_000 }, () => {
  beforeEach(async () => {
    root = join(await makeFolder(), 'agents')
    await deployBundle(one, root, { publisher: { email: 'ann@example.com' }, action: 'Publish agent' })
    await deployBundle(two, root, { publisher: { email: hostileTexts[1] } })
    await deployBundle(makeBundle({ 'AGENTS.md': '# Hostile\n' }, 'Hostile'), root)
    await deployBundle(hostile, root, { publisher: { email: hostileTexts[7] }, action: hostileTexts[0] })
    opened = await openConsole({ options: { agents: root } })
  })
  afterEach(() => opened.close())
  const browser = useBrowser()

  async function open(path: string, options?: BrowserContextOptions): Promise<void> {
    page = await browser.open(opened.url + path, options)
  }

  const current = async (): Promise<string> => (await readlink(join(root, 'researcher', 'current'))).slice(9)

  it('lists agents, and opens one', async () => {
    await open('')
    await page.getByRole('link', { name: 'Agents' }).click()
    const rows = page.getByRole('table', { name: 'Agents' }).getByRole('row')
    await expect.poll(() => rows.count()).toBe(3)
    await page.getByRole('link', { name: 'researcher' }).click()
    await page.getByRole('heading', { level: 1, name: 'researcher', exact: true }).waitFor()
    await page.getByText('all checks pass').waitFor()
    const releases = page.getByRole('table', { name: 'Releases' }).getByRole('row')
    expect(await releases.nth(1).textContent()).toContain(`${two.digest.slice(0, 12)} current`)
    expect(await releases.nth(2).textContent()).toContain('ann@example.com')
  })

  it('shows what changed between two releases, in colour', async () => {
    await open(`agent?name=researcher`)
    const changes = page.getByRole('region', { name: 'Changes' })
    await changes.getByText('prompt changed: "AGENTS.md"').waitFor()
    expect(await changes.locator('.diff > .del').allTextContents()).toContain('-# Researcher, version 1')
    expect(await changes.locator('.diff > .add').allTextContents()).toContain('+# Researcher, version 2')
    await changes.getByLabel('from').selectOption(two.digest)
    await changes.getByText('Nothing changed').waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBe(two.digest)
  })

  it('rolls back after it has shown what changes', async () => {
    await open('agent?name=researcher')
    const button = page.getByRole('button', { name: `Roll back to ${one.digest.slice(0, 12)}` })
    await button.click()
    const dialog = page.getByRole('dialog', { name: 'Roll back?' })
    await dialog.getByText('+# Researcher, version 1').waitFor()
    expect(await dialog.textContent()).toContain(`from ${two.digest.slice(0, 12)} to ${one.digest.slice(0, 12)}`)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await current()).toBe(two.digest)
    await button.click()
    await dialog.getByRole('button', { name: `Roll back to ${one.digest.slice(0, 12)}` }).click()
    await page.getByText(`researcher: ${one.digest.slice(0, 12)} is current`).waitFor()
    await expect.poll(current).toBe(one.digest)
    await page.getByRole('button', { name: `Roll back to ${two.digest.slice(0, 12)}` }).waitFor()
    const { entries } = (await (await fetch(`${opened.url}api/audit`)).json()) as { entries: unknown[] }
    expect(entries).toMatchObject([
      { action: 'rollback', what: `researcher to ${one.digest.slice(0, 12)}`, who: 'ada@example.com', outcome: 'done' },
    ])
  })

  it('offers no roll back to those who only look', async () => {
    browser.expectProblem(/status of 403/)
    opened.access = 'view'
    await open('agent?name=researcher')
    await page.getByText('all checks pass').waitFor()
    expect(await page.getByRole('button', { name: /Roll back/ }).count()).toBe(0)
    const status = await page.evaluate(async (to) => {
      const headers = { 'content-type': 'application/json', 'x-sallyport-console': '1' }
      const body = JSON.stringify({ name: 'researcher', to })
      return (await fetch('api/agent/rollback', { method: 'POST', headers, body })).status
    }, one.digest)
    expect([status, await current()]).toEqual([403, two.digest])
  })

  it('shows damage, and the way back', async () => {
    browser.expectProblem(/Failed to load resource/)
    await writeFile(join(root, 'researcher', 'releases', two.digest, 'AGENTS.md'), 'changed\n')
    await open('agent?name=researcher')
    await page.getByRole('list', { name: 'Files: findings' }).getByText('is changed').waitFor()
    await page.getByRole('button', { name: `Roll back to ${one.digest.slice(0, 12)}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('CONSOLE_AGENT_DAMAGED').waitFor()
    await dialog.getByRole('button', { name: /^Roll back to/ }).click()
    await expect.poll(current).toBe(one.digest)
  })

  it('runs nothing of a hostile agent, and shows every character', async () => {
    await open('agent?name=hostile')
    await page.getByRole('region', { name: 'Changes' }).getByText('prompt changed: "AGENTS.md"').waitFor()
    expect(await page.evaluate(() => (globalThis as { hacked?: unknown }).hacked)).toBeUndefined()
    const text = (await page.locator('main').textContent()) ?? ''
    expect(text).toContain('<script>globalThis.hacked = 1</script>')
    expect(text).toContain(String.raw`safe\u{202e}txt.exe`)
    expect(text).not.toMatch(/[\u202e\u200b\u2066]/)
    expect(await page.locator('main script, main img, main svg, main style').count()).toBe(0)
  })

  it('says what to do where there is no agent', async () => {
    browser.expectProblem(/status of 400/)
    await open('agent?name=..%2Fresearcher')
    await page.getByText('CONSOLE_REQUEST_INVALID').waitFor()
  })

  describe.each([
    [1280, 900, 'light'],
    [1280, 900, 'dark'],
    [390, 844, 'light'],
    [360, 740, 'dark'],
  ] as const)('at %d × %d, %s', (width, height, colorScheme) => {
    it.each(['agents', 'agent?name=researcher', 'agent?name=hostile'])('is accessible and fits: %s', async (path) => {
      await open(path, { viewport: { width, height }, colorScheme, bypassCSP: true })
      await page
        .getByText(/Current/)
        .first()
        .waitFor()
      if (path !== 'agents') await page.locator('.diff').first().waitFor()
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true })
        const name = `${path.replaceAll(/\W/g, '-')}-${width}-${colorScheme}.png`
        await page.screenshot({ path: join(pictures, name), fullPage: true })
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      await page.evaluate(await readFile(axe, 'utf8'))
      const { violations } = await page.evaluate(async () => {
        const { axe: checker } = globalThis as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } }
        return checker.run()
      })
      expect(violations).toEqual([])
    })
  })
})
