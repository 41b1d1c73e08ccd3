import { t } from '../../src/base/localise.ts';
import type { Libraries } from './libraries.ts';

declare global {
  /** What the second script leaves. */
  var mqttWorkbenchLibraries: Libraries | undefined;
}

/** Known only while the page's own script runs for the first time. */
const own = document.currentScript as HTMLScriptElement | null;
let loading: Promise<Libraries> | undefined;

/** Charts and differences, loaded when they are wanted for the first time. @throws Error when they cannot be. */
export function loadLibraries(): Promise<Libraries> {
  loading ??= load().catch((error: unknown) => {
    // The next one who asks tries again.
    loading = undefined;
    throw error;
  });
  return loading;
}

function load(): Promise<Libraries> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = (own?.src ?? '').replace(/inspector\.js/, 'libraries.js');
    // The page's policy lets only scripts in that carry its number.
    script.nonce = own?.nonce ?? '';
    script.addEventListener('load', () => {
      const { mqttWorkbenchLibraries: libraries } = globalThis;
      if (libraries) resolve(libraries);
      else reject(new Error(t('The library of charts did not load.')));
    });
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error(t('The library of charts could not be loaded.')));
    });
    document.head.append(script);
  });
}
