import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import * as chromium from '../browser.ts'

/** Whether there is a Chromium to test pages with. */
export const hasChromium = chromium.hasChromium("the console's pages")

/** How a page is opened. */
export interface PageOptions {
  /** @default 1280 */
  readonly width?: number
  /** @default 'light' */
  readonly scheme?: 'light' | 'dark'
}

/** As `useBrowser` of every page, with a language and a time zone that do not depend on the machine. */
export function useBrowser() {
  const browser = chromium.useBrowser()
  return {
    ...browser,
    open: (url: string, { width = 1280, scheme = 'light' }: PageOptions = {}): Promise<Page> =>
      browser.open(url, {
        viewport: { width, height: 800 },
        colorScheme: scheme,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
      }),
  }
}

/** Waits until a page of the console has its answers, so that what is not there now is not on the page. */
export async function waitForContent(page: Page): Promise<void> {
  await page.locator('main .panel, main .state').first().waitFor()
  await expect.poll(() => page.locator('.skeleton').count()).toBe(0)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong: rule, and where. The policy of the pages allows no script tag, so that it is evaluated from outside. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    )
  })
}

/** How many pixels a page is wider than its window. */
export const readOverflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
