import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** Whether there is a Chromium; says so where there is none. */
export function hasChromium(what: string): boolean {
  if (existsSync(executablePath)) return true
  console.error(
    `SKIPPED: ${what} were not tested, since there is no Chromium at ${executablePath}. ` +
      'Install it (Debian: apt-get install chromium), or name it in CHROMIUM_PATH.',
  )
  return false
}

/** Pages in a real Chromium. */
export interface TestBrowser {
  /** Opens a page; the test fails if anything on it fails or is blocked. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>
  /** Expects a failed or blocked request or script: without one that matches, the test fails. */
  expectProblem(pattern: RegExp): void
}

/** Follows a link or sends a form, and waits until the page it leads to has loaded. */
export async function loadNext(page: Page, act: Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), act])
}

/**
 * Starts a browser for the tests of a file, and closes its pages after each. Call it below the hook that closes the server: the
 * pages are closed first then.
 */
export function useBrowser(): TestBrowser {
  const problems: string[] = []
  const expected: RegExp[] = []
  const pages: Page[] = []
  let browser: Browser
  beforeAll(async () => {
    // Containers run as root, where Chromium's own sandbox does not start.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  }, 120_000)
  afterAll(() => browser?.close())
  afterEach(async () => {
    const patterns = expected.splice(0)
    try {
      // Chromium reports what it blocked some time after the page has moved on.
      for (const pattern of patterns) await expect.poll(() => problems.join('\n')).toMatch(pattern)
    } finally {
      await Promise.all(pages.splice(0).map((page) => page.context().close()))
      const unexpected = problems.splice(0).filter((problem) => !patterns.some((pattern) => pattern.test(problem)))
      expect(unexpected).toEqual([])
    }
  })
  return {
    async open(url, options = {}) {
      const page = await (await browser.newContext(options)).newPage()
      pages.push(page)
      page.setDefaultTimeout(30_000)
      page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
      page.on('pageerror', (error) => void problems.push(error.message))
      page.on('dialog', (dialog) => {
        if (dialog.type() !== 'beforeunload') problems.push(`a script showed: ${dialog.message()}`)
        return dialog.dismiss()
      })
      await page.goto(url)
      return page
    },
    expectProblem: (pattern) => void expected.push(pattern),
  }
}
