/** Chromium, driven by playwright-core; the machine's own, nothing is downloaded. */
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../programs.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser. Rejects when there is none, saying how to install one. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(
      'Chromium is not installed: apt-get install -y --no-install-recommends chromium',
    );
  }
  return chromium.launch({ executablePath, args: flags, handleSIGINT: false });
}
