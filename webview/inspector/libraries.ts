/** Entry of a second script, which the page loads when something of it is needed: see `lazy-libraries.ts`. */
import { diffLines } from 'diff';
import uPlot from 'uplot';

const libraries = { diffLines, uPlot };

export type Libraries = typeof libraries;

Object.assign(globalThis, { mqttWorkbenchLibraries: libraries });
