import type { LoadCertificateMaker } from '../net/certificates/development-authority.ts';

declare const MQTT_WORKBENCH_VERSION: string | undefined;

/** A bundle beside the command line's own, so that it is loaded only when a certificate is made. */
export const loadCertificateMaker: LoadCertificateMaker = async () => {
  // Run from its sources there are no bundles. In the bundle the second branch is gone.
  if (typeof MQTT_WORKBENCH_VERSION === 'string') {
    const path = new URL('./certificates.cjs', import.meta.url).href;
    const loaded = (await import(path)) as { default: Awaited<ReturnType<LoadCertificateMaker>> };
    return loaded.default;
  } else {
    return import('../net/certificates/maker.ts');
  }
};
