import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/**
 * Looks at the page as it stands: a picture of it in both themes, wide and narrow, and an accessibility check in each
 * theme. Pictures go to tests/screenshots, which git ignores.
 *
 * @returns what axe found wrong, a line each; empty when nothing is
 */
export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const wide = page.viewportSize() ?? { width: 1280, height: 800 };
  const problems: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settled(page, colorScheme);
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`), fullPage: true });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run(),
    );
    for (const { id, help, nodes } of violations) {
      problems.push(
        `${name}, ${colorScheme}: ${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
      );
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await settled(page, colorScheme);
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}-narrow.png`), fullPage: true });
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (Number(overflow) > 0)
      problems.push(`${name}, ${colorScheme}: scrolls sideways by ${String(overflow)} px at 360 px`);
    await page.setViewportSize(wide);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return problems;
}

/** Waits until the theme has changed over and what follows from it is drawn. Text, since it runs in the page. */
async function settled(page: Page, colorScheme: string): Promise<void> {
  await page
    .locator(`html:not([data-theme]), html[data-theme='${colorScheme}']`)
    .waitFor({ state: 'attached' });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
    .map((animation) => animation.finished.catch(() => undefined)))`);
}
